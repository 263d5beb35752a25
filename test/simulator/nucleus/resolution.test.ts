import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { satisfies } from '../../../simulator/nucleus/recipe/version.ts'
import type { ComponentVersion } from '../../../simulator/nucleus/resolution/component-version.ts'
import { ResolutionError } from '../../../simulator/nucleus/resolution/resolution-error.ts'
import {
  newestThatFits,
  type RootGroup,
  resolution,
  resolveComponents,
} from '../../../simulator/nucleus/resolution/resolve.ts'
import { errorOf } from '../../support/error-of.ts'

/** `name@version` and what it needs, as name: range. */
function version(spec: string, needs: Readonly<Record<string, string>> = {}): ComponentVersion {
  const [name = '', number = ''] = spec.split('@')
  return {
    name,
    version: number,
    dependencies: Object.entries(needs).map(([needed, range]) => ({ name: needed, range, type: 'HARD' })),
  }
}

const group = (name: string, roots: Readonly<Record<string, string>>): RootGroup => ({ name, roots })
const spell = (resolved: ReadonlyMap<string, ComponentVersion>) =>
  [...resolved.values()].map((chosen) => `${chosen.name}@${chosen.version}`).sort()

describe('the resolution of components', () => {
  it('takes the newest version that all who need it take, over all groups', () => {
    const available = [
      version('App@1.0.0', { Lib: '^1.2.0' }),
      version('Tool@3.0.0', { Lib: '<=1.4.0' }),
      ...['1.2.0', '1.4.0', '1.10.0', '2.0.0'].map((number) => version(`Lib@${number}`)),
    ]
    const tool = group('thinggroup/b', { Tool: '3.0.0' })
    expect(spell(resolveComponents(group('thinggroup/a', { App: '1.0.0' }), [tool], available))).toEqual([
      'App@1.0.0',
      'Lib@1.4.0',
      'Tool@3.0.0',
    ])
  })

  it('drops what only a version needed that was not kept', () => {
    const available = [
      version('App@1.0.0', { Lib: '*', Tool: '*' }),
      version('Tool@1.0.0', { Lib: '^1.0.0' }),
      version('Lib@2.0.0', { Extra: '*' }),
      version('Lib@1.0.0'),
      version('Extra@1.0.0', { Deep: '*' }),
      version('Deep@1.0.0'),
    ]
    expect(spell(resolveComponents(group('a', { App: '1.0.0' }), [], available))).toEqual([
      'App@1.0.0',
      'Lib@1.0.0',
      'Tool@1.0.0',
    ])
  })

  it('names the component, who needs it, the ranges and the versions there are', () => {
    const available = [
      version('App@1.0.0', { Lib: '^1.0.0' }),
      version('Tool@1.0.0', { Lib: '^2.0.0' }),
      version('Lib@1.0.0'),
      version('Lib@2.0.0'),
    ]
    const roots = group('thinggroup/a', { App: '1.0.0', Tool: '1.0.0' })
    const error = errorOf(() => resolveComponents(roots, [], available))
    expect(error).toBeInstanceOf(ResolutionError)
    expect(error).toMatchObject({
      failure: 'conflict',
      components: ['Lib'],
      issues: [
        { expected: 'one version for all of: ^1.0.0 for App, ^2.0.0 for Tool', received: '2.0.0, 1.0.0' },
      ],
    })
  })

  it('tells a requirement that nothing meets from a conflict', () => {
    const available = [version('App@1.0.0', { Lib: '^3.0.0' }), version('Lib@1.0.0')]
    expect(errorOf(() => resolveComponents(group('a', { App: '1.0.0' }), [], available))).toMatchObject({
      failure: 'not-found',
      issues: [{ where: 'Lib', expected: '^3.0.0 for App', received: '1.0.0' }],
    })
    expect(errorOf(() => resolveComponents(group('a', { Gone: '1.0.0' }), [], available))).toMatchObject({
      failure: 'not-found',
      issues: [{ expected: '1.0.0 for a', received: 'no version at all' }],
    })
  })

  it('finds a circle below the roots of the deployed group, and does not mind one elsewhere', () => {
    const available = [
      version('App@1.0.0', { B: '*' }),
      version('B@1.0.0', { C: '*' }),
      version('C@1.0.0', { B: '*' }),
      version('Alone@1.0.0'),
    ]
    const [circular, alone] = [group('a', { App: '1.0.0' }), group('b', { Alone: '1.0.0' })]
    expect(errorOf(() => resolveComponents(circular, [], available))).toMatchObject({
      failure: 'cycle',
      components: ['B', 'C', 'B'],
    })
    expect(resolveComponents(alone, [circular], available).size).toBe(4)
  })

  it('asks whoever knows, with all that is asked of a component so far', () => {
    const steps = resolution(group('a', { App: '1.0.0' }), [group('b', { Lib: '1.5.0' })])
    expect(steps.next().value).toMatchObject({ component: 'Lib', requirements: [{ requirer: 'b' }] })
    const app = steps.next(version('Lib@1.5.0'))
    expect(app.value).toMatchObject({ component: 'App', range: '1.0.0' })
    const again = steps.next(version('App@1.0.0', { Lib: '^1.0.0' }))
    expect(again.value).toMatchObject({
      component: 'Lib',
      requirements: [
        { requirer: 'b', range: '1.5.0' },
        { requirer: 'App', range: '^1.0.0' },
      ],
    })
    expect(steps.next(version('Lib@1.5.0'))).toMatchObject({ done: true })
  })

  it('gives up on versions that keep changing each other', () => {
    const steps = resolution(group('a', { App: '1.0.0' }), [])
    let count = 0
    const answerForever = () => {
      for (let step = steps.next(); step.done !== true; count++) {
        step = steps.next(version(`${step.value.component}@1.0.${count}`, { App: '*' }))
      }
    }
    expect(errorOf(answerForever)).toMatchObject({ failure: 'conflict' })
  })

  const number = fc.constantFrom('1.0.0', '1.1.0', '2.0.0', '2.1.0-rc.1')
  const range = fc.constantFrom('*', '^1.0.0', '>=1.1.0', '2.x', '^2.1.0-rc.0')
  const name = fc.constantFrom('A', 'B', 'C', 'D')
  const versions = fc.uniqueArray(
    fc.record({ name, number, needs: fc.dictionary(name, range, { maxKeys: 2 }) }),
    { selector: (one) => `${one.name}@${one.number}`, maxLength: 12 },
  )

  it('only ever gives versions that are there and that fit all who need them', () => {
    fc.assert(
      fc.property(versions, fc.dictionary(name, number, { minKeys: 1 }), (drawn, roots) => {
        const available = drawn.map((one) => version(`${one.name}@${one.number}`, one.needs))
        const outcome = attempt(() => resolveComponents(group('g', roots), [], available))
        if (outcome === undefined) return
        for (const chosen of outcome.values()) {
          expect(available).toContain(chosen)
          for (const { name: needed, range: wanted } of chosen.dependencies) {
            expect(outcome.has(needed)).toBe(true)
            // A pre-release may be in for one that names it, by the ranges of all together.
            const found = outcome.get(needed)?.version ?? ''
            expect(found.includes('-') || satisfies(found, wanted)).toBe(true)
          }
        }
        for (const root of Object.keys(roots)) expect(outcome.has(root)).toBe(true)
      }),
    )
  })

  it('chooses by the number, not by the order in which versions are listed', () => {
    const question = { component: 'L', requirements: [{ requirer: 'a', range: '*' }], range: '*' }
    const listed = ['1.9.0', '1.10.0', '1.2.0'].map((one) => version(`L@${one}`))
    expect(newestThatFits(question, listed).version).toBe('1.10.0')
  })
})

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof ResolutionError) return undefined
    throw error
  }
}
