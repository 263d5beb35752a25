import { Quality, type SampleFrame } from '../../frame/frame.ts'
import { frameIdentity } from '../../frame/identity.ts'
import type { SqlValue } from '../../sql/value.ts'
import { RuleEnvironment } from './environment.ts'
import type { Outcome } from './outcome.ts'
import { act, type CompiledRule, judgeSample, NO_MATCH, quietSignals, type Verdict } from './rule.ts'
import { createRuleCounters, type RuleCounters, RuleTrail } from './rule-trail.ts'
import type { RulePane } from './rule-windows.ts'
import { sampleMessage, sampleValue } from './sample-message.ts'
import type { RuleSurroundings } from './surroundings.ts'

interface Kept {
  readonly rule: CompiledRule
  readonly counters: RuleCounters
  readonly trail: RuleTrail
}

/** Tags whose rules are kept; beyond it filters are asked again, which costs time and no memory. */
const KNOWN_TAGS_MAX = 100_000

/**
 * SQL rules over frames and window answers: a pure machine without state but its counters. Samples are judged in
 * order of arrival, also late ones; quarantined ones are not. Rules do not see what rules have derived, so that no
 * two of them can feed each other for ever.
 */
export class RuleSet {
  readonly #rules: readonly Kept[]
  readonly #byName: ReadonlyMap<string, Kept>
  readonly #environment: RuleEnvironment
  readonly #surroundings: RuleSurroundings
  readonly #rulesOf = new Map<string, readonly Kept[]>()

  /** @param counters of an earlier run, by the name of the rule */
  constructor(
    rules: readonly CompiledRule[],
    surroundings: RuleSurroundings,
    counters: Readonly<Record<string, RuleCounters>> = {},
  ) {
    this.#rules = rules.map((rule) => ({
      rule,
      counters: { ...createRuleCounters(), ...ownMember(counters, rule.config.name) },
      trail: new RuleTrail(),
    }))
    this.#byName = new Map(this.#rules.map((kept) => [kept.rule.config.name, kept]))
    this.#surroundings = surroundings
    this.#environment = new RuleEnvironment(surroundings.thing)
  }

  /** Whether a rule without GROUP BY judges the samples of a tag. */
  watches(tag: string): boolean {
    return this.#rulesFor(tag).length > 0
  }

  /** Judges every sample that rules without GROUP BY name. */
  take({ header, columns }: SampleFrame): Outcome[] {
    const outcomes: Outcome[] = []
    if (this.#rules.length === 0) return outcomes
    const frame = frameIdentity(header)
    for (const [columnIndex, column] of columns.entries()) {
      const rules = this.#rulesFor(column.tag)
      if (rules.length === 0) continue
      const attributes = this.#surroundings.attributesOf(column.tag)
      for (let index = 0; index < column.timesUs.length; index++) {
        if (((column.quality[index] as number) & Quality.quarantined) !== 0) continue
        const origin = `${frame}|${columnIndex}|${index}`
        const timeUs = (column.timesUs[index] as number) + 0
        const message = sampleMessage(column, index, attributes)
        for (const kept of rules) {
          this.#environment.judge(timeUs, origin)
          const judged = { column, index, message, environment: this.#environment, frame, origin }
          const verdict = attempt(kept.rule, column.tag, timeUs, () => judgeSample(kept.rule, judged))
          note(kept, verdict, { key: column.tag, timeUs, value: sampleValue(column, index) ?? null })
          outcomes.push(...verdict.outcomes)
        }
      }
    }
    return outcomes
  }

  /** Judges the answer of a window of a rule with GROUP BY. */
  answer({ rule, pane, number }: RulePane): Outcome[] {
    const kept = this.#byName.get(rule.config.name)
    const groupBy = rule.statement.groupBy
    if (kept === undefined || groupBy === undefined) return []
    const { key, endUs: timeUs, startUs, revision, count } = pane
    const origin = `${key}|${startUs}|${revision}${number === 0 ? '' : `#${number}`}`
    this.#environment.judge(timeUs, origin)
    const verdict = attempt(rule, key, timeUs, () => {
      const result = groupBy.evaluate(pane, this.#environment)
      if (!result.match) return { ...NO_MATCH, outcomes: quietSignals(rule, { key, timeUs, value: count }) }
      const message = { topic: key, payload: pane.aggregates as SqlValue }
      const { output } = result
      const quality = Quality.good
      return act(rule, {
        message,
        environment: this.#environment,
        output,
        key,
        timeUs,
        quality,
        frame: '',
        origin,
      })
    })
    note(kept, verdict, { key, timeUs, value: count })
    return [...verdict.outcomes]
  }

  counters(): Record<string, RuleCounters> {
    return Object.fromEntries(this.#rules.map(({ rule, counters }) => [rule.config.name, counters]))
  }

  trail(name: string): RuleTrail | undefined {
    return this.#byName.get(name)?.trail
  }

  #rulesFor(tag: string): readonly Kept[] {
    const known = this.#rulesOf.get(tag)
    if (known !== undefined) return known
    const rules = this.#rules.filter(
      ({ rule: { statement } }) => statement.groupBy === undefined && statement.matchesTopic(tag),
    )
    if (this.#rulesOf.size < KNOWN_TAGS_MAX) this.#rulesOf.set(tag, rules)
    return rules
  }
}

/** A rule may be named as what every object inherits. */
const ownMember = <T>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined

/** A rule that throws harms itself alone. */
function attempt(rule: CompiledRule, key: string, timeUs: number, judge: () => Verdict): Verdict {
  try {
    return judge()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ...NO_MATCH, failures: [{ rule: rule.config.name, key, timeUs, action: 'evaluate', reason }] }
  }
}

function note(
  { counters, trail }: Kept,
  { isMatch, failures }: Verdict,
  judged: { readonly key: string; readonly timeUs: number; readonly value: number | boolean | string | null },
): void {
  counters.evaluated++
  if (isMatch) counters.matched++
  counters.failed += failures.length
  const [failure] = failures
  trail.note({
    ...judged,
    isMatch,
    ...(failure === undefined ? {} : { reason: `${failure.action}: ${failure.reason}` }),
  })
}
