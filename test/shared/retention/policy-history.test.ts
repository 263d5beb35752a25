import { describe, expect, it } from 'vitest'
import type { PolicyHistory } from '../../../shared/retention/law-version.ts'
import { VERSIONS_MAX } from '../../../shared/retention/limits.ts'
import { createPolicy } from '../../../shared/retention/policy.ts'
import { foldPolicy, revisionAt } from '../../../shared/retention/policy-history.ts'
import { DAY_US, day, historyOf, law, type Written } from './run.ts'

const everything = [{ tags: ['#'], class: 'a' }]
const kept = (keepAtLeast: string, more: Written = {}) =>
  law([{ name: 'a', keepAtLeast, ...more }], everything)
const worm = (keepAtLeast: string) => kept(keepAtLeast, { worm: true })
const daysKept = (history: PolicyHistory, lawRevision: number) =>
  createPolicy(history).termsOf('tag', lawRevision).keepAtLeastUs / DAY_US

describe('a change of the law', () => {
  it('lengthens at once, also for what is stored', () => {
    expect(daysKept(historyOf(kept('10d'), kept('20d')), 1)).toBe(20)
    expect(daysKept(historyOf(worm('10d'), worm('20d')), 1)).toBe(20)
  })

  it('shortens at once where the class is not worm', () => {
    expect(daysKept(historyOf(kept('20d'), kept('10d')), 1)).toBe(10)
  })

  it('never shortens a worm class for what is stored, only for what comes after', () => {
    const history = historyOf(worm('10d'), worm('30d'), worm('20d'), worm('5d'))
    expect([0, 1, 2, 3, 4].map((revision) => daysKept(history, revision))).toEqual([30, 30, 30, 20, 5])
    expect(createPolicy(history).termsOf('tag', 1).dutyOf).toEqual({ name: 'a', revision: 2 })
  })

  it.each([
    ['making it no longer worm', kept('5d')],
    ['removing the class', law([])],
    [
      'giving its tags to another class',
      law([{ name: 'b', keepAtLeast: '5d' }], [{ tags: ['#'], class: 'b' }]),
    ],
    ['naming its tags no more', law([{ name: 'a', keepAtLeast: '30d', worm: true }])],
    [
      'putting another law before',
      law(
        [{ name: 'a', keepAtLeast: '30d', worm: true }, { name: 'b' }],
        [{ tags: ['tag'], class: 'b' }, ...everything],
      ),
    ],
  ])('does not shorten a worm class by %s', (_, next) => {
    const history = historyOf(worm('30d'), next)
    expect(daysKept(history, 1)).toBe(30)
    expect(daysKept(history, 2)).toBeLessThanOrEqual(5)
  })

  it('takes the limit from the class that the tag has now', () => {
    const history = historyOf(worm('10d'), kept('1d', { keepAtMost: '3d' }))
    expect(createPolicy(history).termsOf('tag', 1)).toMatchObject({
      keepAtLeastUs: 10 * DAY_US,
      keepAtMostUs: 3 * DAY_US,
    })
  })

  it('survives being stored as JSON', () => {
    const history = historyOf(worm('10d'), worm('5d'))
    const restored = JSON.parse(JSON.stringify(history)) as PolicyHistory
    expect(daysKept(restored, 1)).toBe(10)
    expect(foldPolicy(restored, worm('5d'), day(30))).toEqual({ history: restored, changes: [] })
  })
})

describe('the history of the law', () => {
  it('notes from when each version counts, and nothing when nothing changes', () => {
    const history = historyOf(kept('1d'), kept('2d'))
    expect(history.map(({ revision, fromUs }) => [revision, fromUs])).toEqual([
      [1, day(0)],
      [2, day(10)],
    ])
    expect(foldPolicy(history, kept('2d'), day(99)).history).toBe(history)
  })

  it('does not go back with the clock', () => {
    const { history } = foldPolicy(historyOf(kept('1d'), kept('2d')), kept('3d'), day(5))
    expect(history.at(-1)).toMatchObject({ revision: 3, fromUs: day(10) })
  })

  it('tells the revision of a time, at a change the older one', () => {
    const history = historyOf(kept('1d'), kept('2d'))
    expect([-1, 0, 5, 10, 11].map((days) => revisionAt(history, day(days)))).toEqual([0, 0, 1, 1, 2])
  })

  it('is bounded, and says so', () => {
    const one = { fromUs: day(0), law: kept('1d') }
    const history = Array.from({ length: VERSIONS_MAX }, (_, index) => ({ revision: index + 1, ...one }))
    expect(foldPolicy(history, kept('1d'), day(0)).history).toBe(history)
    expect(() => foldPolicy(history, kept('9y'), day(0))).toThrow(
      expect.objectContaining({ code: 'GENBA_LAW_VERSIONS' }),
    )
  })
})

describe('the audit of a change of the law', () => {
  const told = (...laws: readonly ReturnType<typeof law>[]) => {
    const next = laws.at(-1) ?? law([])
    return foldPolicy(historyOf(...laws.slice(0, -1)), next, day(99)).changes.map(
      ({ lawClass = '*', what, applies, text }) => `${lawClass} ${what} ${applies}: ${text}`,
    )
  }
  const promise = (days: number) => `what was stored while it was worm keeps its term of up to ${days}d`

  it.each([
    [
      'a new class',
      told(law([{ name: 'a', keepAtLeast: '2d' }])),
      ['a added at-once: added, with keepAtLeast 2d'],
    ],
    ['a longer term', told(worm('1d'), worm('2d')), ['a keepAtLeast at-once: keepAtLeast from 1d to 2d']],
    ['a shorter term', told(kept('2d'), kept('1d')), ['a keepAtLeast at-once: keepAtLeast from 2d to 1d']],
    [
      'a shorter term of a worm class',
      told(worm('2d'), worm('1d')),
      [`a keepAtLeast new-data: keepAtLeast from 2d to 1d; ${promise(2)}`],
    ],
    [
      'a shorter term of a class that was worm',
      told(worm('3d'), kept('3d'), kept('1d')),
      [`a keepAtLeast new-data: keepAtLeast from 3d to 1d; ${promise(3)}`],
    ],
    ['worm set', told(kept('2d'), worm('2d')), ['a worm at-once: worm from now on']],
    ['worm taken away', told(worm('2d'), kept('2d')), [`a worm new-data: no longer worm; ${promise(2)}`]],
    [
      'a limit, a residency and a subject',
      told(kept('1d'), kept('1d', { keepAtMost: '2d', residency: 'site', subject: '$1' })),
      [
        'a keepAtMost at-once: keepAtMost from none to 2d',
        'a residency at-once: residency from any to site',
        'a subject new-data: subject from none to $1',
      ],
    ],
    [
      'a worm class taken away',
      told(worm('2d'), law([])),
      [
        `a removed new-data: removed; ${promise(2)}`,
        '* laws new-data: other tags for the classes; a longer term holds at once, what is stored under a worm class keeps its term',
      ],
    ],
    [
      'a class taken away',
      told(kept('2d'), law([])),
      ['a removed at-once: removed', '* laws at-once: other tags for the classes'],
    ],
  ])('tells of %s whether it holds for what is stored', (_, changes, expected) => {
    expect(changes).toEqual(expected)
  })
})
