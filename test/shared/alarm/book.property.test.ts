import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmBook } from '../../../shared/alarm/book.ts'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import type { Cell } from '../../../shared/checkpoint/cell.ts'

/** Anything that may happen to a few alarms, in any order; times mostly ascend, as they do on a machine. */
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      key: fc.constantFrom('a', 'b', 'c'),
      timeUs: fc.integer({ min: -3, max: 6 }),
      isActive: fc.boolean(),
      excess: fc.integer({ min: 0, max: 9 }),
      severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
      latched: fc.boolean(),
      reraiseAfterUs: fc.constantFrom(0, 7),
      updateEveryUs: fc.constantFrom(0, 5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('acknowledge' as const, 'shelve' as const, 'unshelve' as const),
      key: fc.constantFrom('a', 'b', 'c'),
      timeUs: fc.integer({ min: -3, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), timeUs: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('withdraw' as const, 'restart' as const),
      key: fc.constantFrom('a', 'b'),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never

/** Times in acts are steps from the newest one. */
function carryOut(book: AlarmBook, clock: { nowUs: number }, one: Act): AlarmChange[] {
  if (!('timeUs' in one))
    return one.kind === 'withdraw' ? book.withdraw('r', one.key) : book.restart('r', one.key, clock.nowUs)
  const timeUs = clock.nowUs + one.timeUs
  clock.nowUs = Math.max(clock.nowUs, timeUs)
  if (one.kind === 'pass') return book.pass(timeUs)
  if (one.kind === 'report') return book.report({ ...one, rule: 'r', value: one.excess, timeUs })
  const command = { rule: 'r', key: one.key, by: 'me', timeUs }
  return book.command(
    one.kind === 'shelve'
      ? { ...command, kind: 'shelve', untilUs: timeUs + 8 }
      : { ...command, kind: one.kind },
  )
}

/** What a reader of the notices believes to be raised, and the notices that make no sense to it. */
function readNotices(changes: readonly AlarmChange[]): { raised: Set<string>; stray: string[] } {
  const raised = new Set<string>()
  const stray: string[] = []
  for (const { id, key, state } of changes) {
    const needsRaised = ['cleared', 'updated', 'acknowledged'].includes(state)
    if (needsRaised ? !raised.has(key) : state === 'raised' && raised.has(key)) stray.push(id)
    if (state === 'raised') raised.add(key)
    if (state === 'cleared') raised.delete(key)
  }
  return { raised, stray }
}

const acts = fc.array(act, { maxLength: 60, size: 'max' })
const small = fc.constantFrom(2, 10_000)

describe('alarms, whatever happens to them', () => {
  it('give no identity twice, clear and acknowledge nothing that is not raised, and raise nothing twice', () => {
    fc.assert(
      fc.property(acts, small, (all, alarmsMax) => {
        const book = new AlarmBook([], alarmsMax)
        const clock = { nowUs: 0 }
        const changes = all.flatMap((one) => carryOut(book, clock, one))
        const ids = changes.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        const { raised, stray } = readNotices(changes)
        expect(stray).toEqual([])
        expect(book.counters().raised).toBe(raised.size)
        const standing = book.standing().filter(({ isRaised }) => isRaised)
        expect(standing.map(({ key }) => key)).toEqual([...raised].sort())
      }),
      { numRuns: 200 },
    )
  })

  it('say nothing but their shelving while they are shelved', () => {
    fc.assert(
      fc.property(acts, (all) => {
        const book = new AlarmBook()
        const clock = { nowUs: 0 }
        const shelved = new Set<string>()
        for (const { key, state, note } of all.flatMap((one) => carryOut(book, clock, one))) {
          const isQuiet = ['shelved', 'unshelved', 'acknowledged'].includes(state)
          const isWithdrawn = note?.startsWith('the rule is gone') === true
          if (shelved.has(key)) expect(isQuiet || isWithdrawn).toBe(true)
          if (state === 'shelved') shelved.add(key)
          if (state === 'unshelved') shelved.delete(key)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('go on from a checkpoint as if nothing had happened', () => {
    fc.assert(
      fc.property(acts, fc.nat(60), small, (all, cut, alarmsMax) => {
        const whole = new AlarmBook([], alarmsMax)
        const clock = { nowUs: 0 }
        const disk = new Map<string, Cell>()
        let book = new AlarmBook([], alarmsMax)
        const other = { nowUs: 0 }
        const expected = all.map((one) => carryOut(whole, clock, one))
        const found = all.map((one, index) => {
          if (index === cut) {
            for (const cell of book.takeCells()) disk.set(cell.key, cell)
            book = new AlarmBook([...disk.values()].reverse(), alarmsMax)
          }
          if (index % 3 === 0) for (const cell of book.takeCells()) disk.set(cell.key, cell)
          return carryOut(book, other, one)
        })
        expect(found).toEqual(expected)
        expect(book.standing()).toEqual(whole.standing())
      }),
      { numRuns: 100 },
    )
  })
})
