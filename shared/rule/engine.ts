import * as z from 'zod'
import { type Column, Quality, type SampleFrame } from '../frame/frame.ts'
import { matchesAny } from '../window/tag-filter.ts'
import {
  type AlarmChange,
  type AlarmState,
  createAlarmState,
  judge,
  type ThresholdRule,
  withdraw,
} from './threshold.ts'

/** Tags that rules name: about 300 bytes each. Alarms on tags beyond are not watched, as the windows' bound on tags says too. */
const WATCHED_TAGS_MAX = 100_000

export interface Alarm extends AlarmChange {
  readonly rule: string
  readonly tag: string
}

/** One alarm's state as JSON, by (rule, tag). */
export interface AlarmCell {
  readonly key: string
  /** Undefined when the cell is gone. */
  readonly text: string | undefined
}

/** Threshold rules over frames: a pure machine like the window engine, with the same kind of checkpoint. */
export interface RuleEngine {
  /** Changes in the order of the frame: by column, then sample, then rule. */
  take(frame: SampleFrame): Alarm[]
  /**
   * Other rules from the next frame on. A rule of the same name keeps its alarms, which the next sample judges by
   * the new limits; alarms of a rule that is gone, or no longer names their tag, are cleared by the answer.
   */
  reconfigure(rules: readonly ThresholdRule[]): Alarm[]
  /** What has changed since the last call, or since the start. */
  takeCells(): AlarmCell[]
  activeCount(): number
}

export function createRuleEngine(
  rules: readonly ThresholdRule[],
  cells: Iterable<AlarmCell> = [],
): RuleEngine {
  return new Engine(rules, cells)
}

interface Watch {
  readonly tag: string
  rule: ThresholdRule
  readonly state: AlarmState
  isNoted: boolean
}

class Engine implements RuleEngine {
  #rules: readonly ThresholdRule[]
  readonly #tags = new Map<string, Watch[]>()
  #changed = new Set<Watch>()
  #removed: string[] = []
  #activeCount = 0

  constructor(rules: readonly ThresholdRule[], cells: Iterable<AlarmCell>) {
    this.#rules = rules
    for (const cell of cells) this.#restore(cell)
  }

  take({ columns }: SampleFrame): Alarm[] {
    const alarms: Alarm[] = []
    if (this.#rules.length === 0) return alarms
    for (const column of columns) {
      if (column.data.kind === 'text') continue
      const watches = this.#watches(column.tag)
      if (watches.length > 0) this.#takeColumn(watches, column, column.data.values, alarms)
    }
    return alarms
  }

  #takeColumn(watches: readonly Watch[], column: Column, values: ArrayLike<number>, alarms: Alarm[]): void {
    for (const watch of watches) this.#note(watch)
    for (let index = 0; index < values.length; index++) {
      const quality = column.quality[index] as number
      const value = (values[index] as number) + 0
      if ((quality & Quality.severityMask) >= Quality.bad || (quality & Quality.quarantined) !== 0) continue
      if (!Number.isFinite(value)) continue
      for (const watch of watches) {
        const change = judge(watch.rule, watch.state, (column.timesUs[index] as number) + 0, value)
        if (change !== undefined) alarms.push(this.#alarm(watch, change))
      }
    }
  }

  #alarm({ rule, tag }: Watch, change: AlarmChange): Alarm {
    this.#activeCount += change.state === 'raised' ? 1 : -1
    return { rule: rule.name, tag, ...change }
  }

  #watches(tag: string): Watch[] {
    const known = this.#tags.get(tag)
    if (known !== undefined) return known
    if (this.#tags.size >= WATCHED_TAGS_MAX) return []
    const watches = this.#rules
      .filter((rule) => matchesAny(rule.tags, tag))
      .map((rule) => ({ tag, rule, state: createAlarmState(), isNoted: false }))
    this.#tags.set(tag, watches)
    return watches
  }

  #note(watch: Watch): void {
    if (watch.isNoted) return
    watch.isNoted = true
    this.#changed.add(watch)
  }

  reconfigure(rules: readonly ThresholdRule[]): Alarm[] {
    this.#rules = rules
    const alarms: Alarm[] = []
    for (const [tag, watches] of this.#tags) {
      const kept = watches.filter((watch) => {
        const rule = rules.find(({ name, tags }) => name === watch.rule.name && matchesAny(tags, tag))
        if (rule !== undefined) watch.rule = rule
        else this.#remove(watch, alarms)
        return rule !== undefined
      })
      const added = rules
        .filter((rule) => matchesAny(rule.tags, tag) && !kept.some((watch) => watch.rule.name === rule.name))
        .map((rule) => ({ tag, rule, state: createAlarmState(), isNoted: false }))
      this.#tags.set(tag, [...kept, ...added])
    }
    return alarms
  }

  #remove(watch: Watch, alarms: Alarm[]): void {
    const change = withdraw(watch.rule, watch.state)
    if (change !== undefined) alarms.push(this.#alarm(watch, change))
    this.#changed.delete(watch)
    this.#removed.push(keyOf(watch))
  }

  takeCells(): AlarmCell[] {
    const cells = [
      ...this.#removed.map((key) => ({ key, text: undefined })),
      ...[...this.#changed].map((watch) => ({ key: keyOf(watch), text: writeState(watch.state) })),
    ]
    for (const watch of this.#changed) watch.isNoted = false
    this.#changed = new Set()
    this.#removed = []
    return cells
  }

  #restore({ key, text }: AlarmCell): void {
    if (text === undefined) return
    const [name, tag] = Key.parse(JSON.parse(key))
    const watch = this.#watches(tag).find(({ rule }) => rule.name === name)
    if (watch === undefined) return
    Object.assign(watch.state, readState(text))
    if (watch.state.isRaised) this.#activeCount++
  }

  activeCount(): number {
    return this.#activeCount
  }
}

const Key = z.tuple([z.string(), z.string()])
const keyOf = ({ rule, tag }: Watch): string => JSON.stringify([rule.name, tag])

/** [is raised, violated since, newest time, newest value, last raised, last cleared]; null for never. */
const StateText = z.tuple([
  z.boolean(),
  z.number().nullable(),
  z.number().nullable(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
])

const never = (us: number): number | null => (Number.isFinite(us) ? us : null)

const writeState = (state: AlarmState): string =>
  JSON.stringify([
    state.isRaised,
    never(state.violatedSinceUs),
    never(state.newestUs),
    state.newestValue,
    never(state.lastRaisedUs),
    never(state.lastClearedUs),
  ] satisfies z.input<typeof StateText>)

function readState(text: string): AlarmState {
  const [isRaised, violatedSince, newest, newestValue, lastRaised, lastCleared] = StateText.parse(
    JSON.parse(text),
  )
  return {
    isRaised,
    violatedSinceUs: violatedSince ?? Number.NEGATIVE_INFINITY,
    newestUs: newest ?? Number.NEGATIVE_INFINITY,
    newestValue,
    lastRaisedUs: lastRaised ?? Number.NEGATIVE_INFINITY,
    lastClearedUs: lastCleared ?? Number.NEGATIVE_INFINITY,
  }
}
