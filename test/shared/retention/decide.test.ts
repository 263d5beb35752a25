import { describe, expect, it } from 'vitest'
import { decideRetention } from '../../../shared/retention/decide.ts'
import type { DiskLevel } from '../../../shared/retention/disk-level.ts'
import { type ErasureRequest, requestErasure } from '../../../shared/retention/erasure.ts'
import { explainRetention } from '../../../shared/retention/explain.ts'
import { type LegalHold, placeHold } from '../../../shared/retention/holds.ts'
import { createPolicy } from '../../../shared/retention/policy.ts'
import { PRECEDENCE, type RetentionRule } from '../../../shared/retention/precedence.ts'
import { DAY_US, day, facts, historyOf, law, onDay, type Written } from './run.ts'

const everything = [{ tags: ['#'], class: 'a' }]
const policyOf = (more: Written) => createPolicy(historyOf(law([{ name: 'a', ...more }], everything)))
const held = placeHold([], {
  id: 'case-7',
  scope: { tags: ['#'] },
  reason: 'claim',
  placedBy: 'mari@plant',
  placedAtUs: day(0),
})
const asked = requestErasure([], {
  id: 'gdpr-1',
  subject: 'd17',
  untilUs: day(1),
  reason: 'left',
  requestedBy: 'd17@plant',
  requestedAtUs: day(1),
})

interface Situation {
  readonly holds: readonly LegalHold[]
  readonly erasures: readonly ErasureRequest[]
  readonly diskLevel: DiskLevel
  readonly keepAtLeast: string
  readonly keepAtMost: string | undefined
  readonly keepRawAtMost: string | undefined
}

/** Of a piece that is 50 days old and that nothing concerns. */
const calm: Situation = {
  holds: [],
  erasures: [],
  diskLevel: 'normal',
  keepAtLeast: '0s',
  keepAtMost: undefined,
  keepRawAtMost: undefined,
}

/** What makes each rule apply. The duty comes from an older worm class, so that a limit before its end is possible. */
const causes: Readonly<Record<RetentionRule, Partial<Situation>>> = {
  'legal-hold': { holds: held },
  'keep-at-least': { keepAtLeast: '90d' },
  'erasure-request': { erasures: asked },
  'keep-at-most': { keepAtMost: '40d' },
  'keep-raw-at-most': { keepRawAtMost: '30d' },
  'disk-pressure': { diskLevel: 'refuse' },
  otherwise: {},
}

function decide(...rules: readonly RetentionRule[]) {
  const situation: Situation = Object.assign({}, calm, ...rules.map((rule) => causes[rule]))
  const { keepAtLeast, keepAtMost, keepRawAtMost, holds, erasures, diskLevel } = situation
  const limit = { ...(keepAtMost && { keepAtMost }), ...(keepRawAtMost && { keepRawAtMost }) }
  const former = keepAtLeast === '0s' ? law([]) : law([{ name: 'a', keepAtLeast, worm: true }], everything)
  const policy = createPolicy(historyOf(former, law([{ name: 'a', ...limit }], everything)))
  return decideRetention(facts({ subject: 'd17' }, { erasures, diskLevel }), policy, holds, onDay(50))
}

describe('the precedence of the rules', () => {
  const rules = PRECEDENCE.map(({ rule }) => rule)
  const pairs = rules.flatMap((first, index) => rules.slice(index).map((second) => [first, second] as const))

  it.each(pairs)('%s decides over %s, which is told as well', (first, second) => {
    const { verdict, reasons } = decide(first, second)
    expect(verdict).toBe(PRECEDENCE.find(({ rule }) => rule === first)?.verdict)
    const told = first === second || second === 'otherwise' ? [first] : [first, second]
    expect(reasons.map(({ rule }) => rule)).toEqual(told)
  })

  it('tells all that applies, in its order', () => {
    expect(decide(...rules).reasons.map(({ rule }) => rule)).toEqual(rules.slice(0, -1))
  })

  it('says of what is kept whether it waits for erasure, and for which of the two reasons', () => {
    const flags = (...names: readonly RetentionRule[]) => {
      const { isRestricted, isOverdue } = decide(...names)
      return [isRestricted, isOverdue]
    }
    expect(flags('legal-hold', 'erasure-request')).toEqual([true, false])
    expect(flags('keep-at-least', 'erasure-request')).toEqual([true, false])
    expect(flags('legal-hold', 'keep-at-most')).toEqual([false, true])
    expect(flags('keep-at-least', 'keep-at-most', 'erasure-request')).toEqual([true, true])
    expect(flags('erasure-request', 'keep-at-most')).toEqual([false, false])
  })
})

describe('a decision on a piece of data', () => {
  const policy = policyOf({ keepAtLeast: '10d', keepAtMost: '20d' })
  const verdictOn = (days: number) => decideRetention(facts(), policy, [], onDay(days))

  it('changes at the end of the duty and at the limit, not a microsecond before', () => {
    expect(verdictOn(10 - 1 / DAY_US)).toMatchObject({ verdict: 'keep', untilUs: day(10) })
    expect(verdictOn(10)).toMatchObject({ verdict: 'keep', untilUs: day(20), dropAt: 'drop-expired' })
    expect(verdictOn(20 - 1 / DAY_US)).toMatchObject({ verdict: 'keep', untilUs: day(20) })
    expect(verdictOn(20).verdict).toBe('must-erase')
  })

  it('counts from the later of event and receipt', () => {
    const until = (data: object) => decideRetention(facts(data), policy, [], onDay(0)).untilUs
    expect(until({ ingestToUs: day(3) })).toBe(day(13))
    expect(until({ eventToUs: day(4), ingestToUs: day(3) })).toBe(day(14))
  })

  it('ends no duty by time that is not proven, and no limit by time that is not trusted', () => {
    const clock = { isConfirmed: true, provenUs: day(9), trustedUs: day(19), wallUs: day(4000) }
    expect(decideRetention(facts(), policy, [], clock)).toMatchObject({ verdict: 'keep', untilUs: day(10) })
    expect(decideRetention(facts(), policy, [], { ...clock, provenUs: day(10) }).untilUs).toBe(day(20))
    const equal = policyOf({ keepAtLeast: '10d', keepAtMost: '10d' })
    expect(decideRetention(facts(), equal, [], clock)).toMatchObject({ verdict: 'keep', isOverdue: true })
  })

  it('lets no term end before the clock is confirmed, but needs no clock where there is no term', () => {
    const clock = { ...onDay(9999), isConfirmed: false }
    expect(decideRetention(facts(), policy, [], clock).reasons).toEqual([
      {
        rule: 'keep-at-least',
        text: 'the class a (law revision 1) keeps it for 10d, until 2026-01-11T00:00:00.000Z; the clock is not confirmed, so no term counts as over',
      },
    ])
    const free = policyOf({ keepAtMost: '20d' })
    expect(decideRetention(facts(), free, [], clock).verdict).toBe('keep')
    const erasures = asked
    expect(decideRetention(facts({ subject: 'd17' }, { erasures }), free, [], clock).verdict).toBe(
      'must-erase',
    )
  })

  it.each<[string, Written, 'raw' | 'rollup', readonly DiskLevel[]]>([
    ['what has served its duty', { keepAtLeast: '10d' }, 'raw', ['drop-expired', 'thin', 'refuse']],
    [
      'rollups that have served their duty',
      { keepAtLeast: '10d' },
      'rollup',
      ['drop-expired', 'thin', 'refuse'],
    ],
    ['raw data without a duty', {}, 'raw', ['thin', 'refuse']],
    ['rollups without a duty', {}, 'rollup', ['refuse']],
    ['what is under a duty', { keepAtLeast: '90d' }, 'raw', []],
  ])('gives %s to a full disk only from its level on', (_, written, form, levels) => {
    const all: readonly DiskLevel[] = ['normal', 'warn', 'drop-expired', 'thin', 'refuse']
    const decided = all.map((diskLevel) =>
      decideRetention(facts({ form }, { diskLevel }), policyOf(written), [], onDay(50)),
    )
    expect(all.filter((_, index) => decided[index]?.verdict === 'may-delete')).toEqual(levels)
    expect(decided.map(({ dropAt }) => dropAt)).toEqual(all.map(() => levels[0]))
  })
})

describe('the explanation of a decision', () => {
  it('says the verdict, why, and what waits behind it', () => {
    expect(
      explainRetention(decide('legal-hold', 'keep-at-least', 'erasure-request', 'keep-at-most')),
    ).toEqual([
      'stays',
      'because legal-hold: held by case-7 of mari@plant (claim)',
      'also keep-at-least: the class a (law revision 1) keeps it for 90d, until 2026-04-01T00:00:00.000Z',
      'also erasure-request: d17@plant asked for erasure (gdpr-1)',
      'also keep-at-most: the class a lets it stay for 40d, until 2026-02-10T00:00:00.000Z',
      'restricted: erasure was asked for; to be used for nothing but the duty or the hold',
      'overdue: it would have to be erased, but must be kept',
    ])
  })

  it('says when the verdict changes by itself, and what a full disk may do before', () => {
    const policy = policyOf({ keepAtLeast: '10d', keepAtMost: '20d' })
    expect(explainRetention(decideRetention(facts(), policy, [], onDay(1)))).toEqual([
      'stays, at least until 2026-01-11T00:00:00.000Z',
      'because keep-at-least: the class a (law revision 1) keeps it for 10d, until 2026-01-11T00:00:00.000Z',
    ])
    expect(explainRetention(decideRetention(facts(), policy, [], onDay(11)))).toEqual([
      'stays, until at most 2026-01-21T00:00:00.000Z',
      'because otherwise: nothing asks for its deletion before 2026-01-21T00:00:00.000Z',
      'a full disk may drop it from the level drop-expired on',
    ])
    expect(explainRetention(decide('otherwise'))[1]).toBe('because otherwise: nothing asks for its deletion')
  })

  it('says that the wall clock is not believed, and what is', () => {
    const clock = { ...onDay(5), wallUs: day(4000) }
    const policy = policyOf({ keepAtLeast: '10d' })
    expect(decideRetention(facts(), policy, [], clock).reasons[0]?.text).toContain(
      'until 2026-01-11T00:00:00.000Z; the wall clock says 2036-12-14T00:00:00.000Z, but only 2026-01-06T00:00:00.000Z is certain',
    )
  })

  it('counts the holds, and tells the first of them', () => {
    const holds = ['1', '2', '3', '4'].map((id): LegalHold => ({ ...(held[0] as LegalHold), id }))
    expect(decideRetention(facts(), policyOf({}), holds, onDay(0)).reasons[0]?.text).toBe(
      'held 4 times, by 1 of mari@plant (claim), 2 of mari@plant (claim), 3 of mari@plant (claim) and 1 more',
    )
  })
})
