import { formatDurationUs } from '../time/duration.ts'
import { formatTimeUs } from '../time/time.ts'
import { dropLevelOf, isAtLeast } from './disk-level.ts'
import { requestsOn } from './erasure.ts'
import type { RetentionFacts } from './facts.ts'
import { activeHolds, type LegalHold } from './holds.ts'
import type { Policy, Terms } from './policy.ts'
import { PRECEDENCE, type RetentionDecision, type RetentionRule, type Verdict } from './precedence.ts'
import { termStartUs } from './stored-data.ts'
import type { RetentionClock } from './trusted-time.ts'

/** All that the rules look at. */
interface Case {
  readonly facts: RetentionFacts
  readonly terms: Terms
  readonly startUs: number
  readonly holds: readonly LegalHold[]
  readonly clock: RetentionClock
}

/** Why the rule applies and when it ends by itself; undefined where it does not apply. */
type Finding = { readonly text: string; readonly untilUs?: number } | undefined

/**
 * Whether a piece of data stays, may go or must go, and why. Pure: the same facts give the same decision.
 *
 * A duty ends by proven time, a `keepAtMost` by trusted time; without a confirmed clock neither does.
 */
export function decideRetention(
  facts: RetentionFacts,
  policy: Policy,
  holds: readonly LegalHold[],
  clock: RetentionClock,
): RetentionDecision {
  const { data } = facts
  const terms = policy.termsOf(data.tag, data.lawRevision)
  const kase: Case = { facts, terms, startUs: termStartUs(data), holds: activeHolds(holds, data), clock }
  const found = PRECEDENCE.flatMap(({ rule, verdict }) => {
    const finding = RULES[rule](kase)
    return finding === undefined ? [] : [{ rule, verdict, ...finding }]
  })
  const [first, ...others] = found
  const { verdict = 'keep', untilUs } = first ?? {}
  const applies = (rule: RetentionRule) => found.some((each) => each.rule === rule)
  const mayDrop = !applies('legal-hold') && !applies('keep-at-least')
  return {
    verdict,
    ...(untilUs === undefined ? {} : { untilUs }),
    reasons: [first, ...others.filter(({ rule }) => rule !== 'otherwise')].flatMap((each) =>
      each === undefined ? [] : [{ rule: each.rule, text: each.text }],
    ),
    isRestricted: verdict === 'keep' && applies('erasure-request'),
    isOverdue: verdict === 'keep' && applies('keep-at-most'),
    ...(mayDrop ? { dropAt: isDue(verdict) ? 'drop-expired' : dropLevel(kase) } : {}),
  }
}

const isDue = (verdict: Verdict): boolean => verdict === 'must-erase' || verdict === 'must-reduce'

const RULES: Readonly<Record<RetentionRule, (kase: Case) => Finding>> = {
  'legal-hold': ({ holds }) => (holds.length === 0 ? undefined : { text: describeHolds(holds) }),

  'keep-at-least': ({ terms, startUs, clock }) => {
    const { keepAtLeastUs, dutyOf } = terms
    const endUs = startUs + keepAtLeastUs
    if (keepAtLeastUs === 0 || (clock.isConfirmed && clock.provenUs >= endUs)) return undefined
    const duty = `the class ${dutyOf.name} (law revision ${dutyOf.revision}) keeps it for ${formatDurationUs(keepAtLeastUs)}, until ${formatTimeUs(endUs)}`
    return { text: `${duty}${doubt(clock, clock.provenUs, endUs)}`, untilUs: endUs }
  },

  'erasure-request': ({ facts }) => {
    const [first, ...others] = requestsOn(facts.erasures, facts.data)
    if (first === undefined) return undefined
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    return { text: `${first.requestedBy} asked for erasure (${first.id})${more}` }
  },

  'keep-at-most': ({ terms, startUs, clock }) => {
    const { keepAtMostUs, lawClass } = terms
    if (keepAtMostUs === undefined || !clock.isConfirmed || clock.trustedUs < startUs + keepAtMostUs) {
      return undefined
    }
    const span = formatDurationUs(keepAtMostUs)
    return {
      text: `the class ${lawClass.name} lets it stay for ${span}, until ${formatTimeUs(startUs + keepAtMostUs)}`,
    }
  },

  'keep-raw-at-most': ({ facts, terms, startUs, clock }) => {
    const { keepRawAtMostUs, lawClass } = terms
    const isRaw = facts.data.form === 'raw'
    if (!isRaw || keepRawAtMostUs === undefined || !clock.isConfirmed) return undefined
    const endUs = startUs + keepRawAtMostUs
    if (clock.trustedUs < endUs) return undefined
    const span = formatDurationUs(keepRawAtMostUs)
    return {
      text: `the class ${lawClass.name} lets raw samples stay for ${span}, until ${formatTimeUs(endUs)}`,
    }
  },

  'disk-pressure': (kase) => {
    const { diskLevel } = kase.facts
    const level = dropLevel(kase)
    return isAtLeast(diskLevel, level)
      ? { text: `the disk is at the level ${diskLevel}, and data such as this may go from ${level} on` }
      : undefined
  },

  otherwise: ({ facts, terms, startUs, clock }) => {
    const { keepAtMostUs = Infinity, keepRawAtMostUs = Infinity } = terms
    const leastUs = facts.data.form === 'raw' ? Math.min(keepAtMostUs, keepRawAtMostUs) : keepAtMostUs
    if (leastUs === Infinity) return { text: 'nothing asks for its deletion' }
    const untilUs = startUs + leastUs
    return {
      text: `nothing asks for its deletion before ${formatTimeUs(untilUs)}${doubt(clock, clock.trustedUs, untilUs)}`,
      untilUs,
    }
  },
}

const dropLevel = ({ facts, terms }: Case) => dropLevelOf(facts.data.form, terms.keepAtLeastUs > 0)

/** Said where the wall clock alone would have decided otherwise. */
function doubt(clock: RetentionClock, believedUs: number, endUs: number): string {
  if (!clock.isConfirmed) return '; the clock is not confirmed, so no term counts as over'
  if (clock.wallUs < endUs) return ''
  return `; the wall clock says ${formatTimeUs(clock.wallUs)}, but only ${formatTimeUs(believedUs)} is certain`
}

/** More holds of one piece are counted, not told. */
const HOLDS_TOLD_MAX = 3

function describeHolds(holds: readonly LegalHold[]): string {
  const told = holds
    .slice(0, HOLDS_TOLD_MAX)
    .map(({ id, placedBy, reason }) => `${id} of ${placedBy} (${reason})`)
  const more = holds.length > told.length ? ` and ${holds.length - told.length} more` : ''
  return `${holds.length === 1 ? 'held by' : `held ${holds.length} times, by`} ${told.join(', ')}${more}`
}
