import { describe, expect, it } from 'vitest'
import { type Comparable, changeOf } from '../../../../simulator/nucleus/lifecycle/machine/change.ts'
import type { Step } from '../../../../simulator/nucleus/recipe/recipe.ts'

const step = (script: string, more: Partial<Step> = {}): Step => ({
  script,
  timeoutMs: null,
  setenv: {},
  ...more,
})

const BEFORE: Comparable = {
  version: '1.0.0',
  dependencies: [{ name: 'test.B' }],
  lifecycle: {
    setenv: { LEVEL: 'info' },
    steps: { install: step('npm ci'), run: step('node main.mjs'), shutdown: step('sync') },
  },
}

const withSteps = (steps: Comparable['lifecycle']['steps']): Comparable => ({
  ...BEFORE,
  lifecycle: { ...BEFORE.lifecycle, steps: { ...BEFORE.lifecycle.steps, ...steps } },
})

describe('the difference between two definitions of a component', () => {
  it.each([
    ['the same again', { ...BEFORE, lifecycle: structuredClone(BEFORE.lifecycle) }, 'nothing'],
    ['another shutdown script', withSteps({ shutdown: step('sync; sync') }), 'nothing'],
    ['a dependency less', { ...BEFORE, dependencies: [] }, 'nothing'],
    ['another run script', withSteps({ run: step('node other.mjs') }), 'restart'],
    [
      'a variable of the run step',
      withSteps({ run: step('node main.mjs', { setenv: { A: '1' } }) }),
      'restart',
    ],
    ['a recover step', withSteps({ recover: step('rm lock') }), 'restart'],
    ['another environment', { ...BEFORE, lifecycle: { ...BEFORE.lifecycle, setenv: {} } }, 'restart'],
    ['a dependency more', { ...BEFORE, dependencies: [{ name: 'test.B' }, { name: 'test.C' }] }, 'restart'],
    ['another install script', withSteps({ install: step('npm ci --omit=dev') }), 'reinstall'],
    ['more time to install', withSteps({ install: step('npm ci', { timeoutMs: 1 }) }), 'reinstall'],
    ['another user', { ...BEFORE, runAs: 'press' }, 'reinstall'],
    ['an older version', { ...BEFORE, version: '0.9.0' }, 'reinstall'],
  ] as const)('asks, for %s, for the right thing', (_, after, change) => {
    expect(changeOf(BEFORE, after).change).toBe(change)
  })

  it('is told in plain words, the gravest part first', () => {
    const after = { ...withSteps({ run: step('node other.mjs') }), version: '1.1.0' }
    expect(changeOf(BEFORE, after)).toEqual({ change: 'reinstall', reason: 'version 1.1.0 replaces 1.0.0' })
    expect(changeOf(BEFORE, withSteps({ run: step('x') })).reason).toBe('its run step has changed')
  })
})
