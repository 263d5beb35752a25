import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openExitBudget } from '../../../shared/greengrass/exit-budget.ts'

const HOUR_MS = 3_600_000

describe('the exits of a component for want of a nucleus', () => {
  let path = ''
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'genba-exits-')), 'exits.json')
  })
  afterEach(() => rmSync(join(path, '..'), { recursive: true }))

  it('are three an hour, over the life of processes', () => {
    const spent = [0, 1, 2, 3].map((minute) => openExitBudget(path).spend(1e12 + minute * 60_000))
    expect(spent).toEqual([true, true, true, false])
    expect(openExitBudget(path).spend(1e12 + HOUR_MS)).toBe(true)
    expect(openExitBudget(path).spend(1e12 + HOUR_MS)).toBe(false)
  })

  it('begin anew where the file is damaged', () => {
    writeFileSync(path, '[1,2')
    expect(openExitBudget(path).spend(1e12)).toBe(true)
  })

  it('do not count when they lie in the future, because the clock was set back', () => {
    for (let index = 0; index < 3; index++) openExitBudget(path).spend(2e12)
    expect(openExitBudget(path).spend(1e12)).toBe(true)
  })
})
