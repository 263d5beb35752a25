import * as z from 'zod'
import { encodeText } from '../bytes/text.ts'
import { Producer } from '../contract/producers.ts'
import { AlarmRecord, EventRecord, SummaryRecord, WithdrawalRecord } from '../contract/records.ts'
import type { Frame } from '../frame/frame.ts'
import { Application, type Maker } from './application.ts'
import type { Settings } from './settings.ts'

/** What a configuration does, or would do, over some history. */
export interface BacktestCounts {
  /** First answers of windows, and what they take in bytes of JSON. */
  readonly summaries: number
  readonly revisions: number
  readonly withdrawals: number
  readonly events: number
  readonly raised: number
  readonly cleared: number
  /** Of all records, those of unknown types too. */
  readonly bytes: number
  readonly byRule: Readonly<Record<string, { readonly raised: number; readonly events: number }>>
}

/** An alarm that only one of the two raises. */
export interface AlarmDifference {
  readonly rule: string
  readonly tag: string
  readonly sinceUs: number
  readonly value: number | boolean | string | null
}

export interface BacktestReport {
  readonly frames: number
  readonly samples: number
  /** What is in the log. */
  readonly was: BacktestCounts
  readonly would: BacktestCounts & {
    /** Actions on the world, and samples of derived tags. */
    readonly actions: number
    readonly derivedSamples: number
  }
  /** At most `DIFFERENCES_MAX` of each, the earliest. */
  readonly onlyWas: readonly AlarmDifference[]
  readonly onlyWould: readonly AlarmDifference[]
}

/** What is counted of a record; the log may hold more, and records of other versions. */
const Counted = z.discriminatedUnion('type', [
  SummaryRecord.pick({ type: true, revision: true }),
  WithdrawalRecord.pick({ type: true }),
  EventRecord.pick({ type: true, rule: true }),
  AlarmRecord.pick({ type: true, state: true, rule: true, tag: true, sinceUs: true, value: true }),
])

/** Alarms of one side that are remembered to be compared; a rule that raises more is not to be read one by one. */
const ALARMS_MAX = 100_000
const DIFFERENCES_MAX = 50

/**
 * Runs settings over the log as the processor would have: the same code, from the first frame given. Actions are
 * counted and not done. What the log holds of the same time is the other side of the comparison.
 */
export class Backtest {
  readonly #application: Application
  readonly #was = new Side()
  readonly #would = new Side()
  #frames = 0
  #samples = 0
  #actions = 0
  #derivedSamples = 0

  /** @throws ZodError or SqlError for settings that cannot be run */
  constructor(maker: Maker, settings: Settings) {
    this.#application = new Application(maker, settings)
  }

  /** Takes the frames of the log one by one. Samples that rules derived then are left out: they are derived anew. */
  take(frame: Frame): void {
    this.#frames++
    if (frame.body === 'records') {
      if (frame.header.producer === Producer.records) for (const text of frame.records) this.#was.add(text)
      return
    }
    if (frame.header.producer === Producer.records) return
    this.#samples += frame.columns.reduce((sum, { timesUs }) => sum + timesUs.length, 0)
    const { records, derived, effects } = this.#application.apply(this.#application.lsn + 1, frame)
    for (const text of records) this.#would.add(text)
    this.#actions += effects.length
    for (const batch of derived) {
      this.#derivedSamples += batch.columns.reduce((sum, { timesUs }) => sum + timesUs.length, 0)
    }
  }

  report(): BacktestReport {
    return {
      frames: this.#frames,
      samples: this.#samples,
      was: this.#was.counts(),
      would: { ...this.#would.counts(), actions: this.#actions, derivedSamples: this.#derivedSamples },
      onlyWas: this.#was.without(this.#would),
      onlyWould: this.#would.without(this.#was),
    }
  }
}

/** The records of one side. */
class Side {
  readonly #alarms = new Map<string, AlarmDifference>()
  readonly #byRule = new Map<string, { raised: number; events: number }>()
  readonly #counts = {
    summaries: 0,
    revisions: 0,
    withdrawals: 0,
    events: 0,
    raised: 0,
    cleared: 0,
    bytes: 0,
  }

  add(text: string): void {
    this.#counts.bytes += encodeText(text).length
    const record = Counted.safeParse(JSON.parse(text)).data
    if (record === undefined) return
    if (record.type === 'summary') this.#counts[record.revision === 0 ? 'summaries' : 'revisions']++
    else if (record.type === 'withdrawal') this.#counts.withdrawals++
    else if (record.type === 'event') {
      this.#counts.events++
      this.#rule(record.rule).events++
    } else if (record.state === 'cleared') this.#counts.cleared++
    else if (record.state === 'raised') {
      const { rule, tag, sinceUs, value } = record
      this.#counts.raised++
      this.#rule(rule).raised++
      if (this.#alarms.size < ALARMS_MAX)
        this.#alarms.set(`${rule}|${tag}|${sinceUs}`, { rule, tag, sinceUs, value })
    }
  }

  counts(): BacktestCounts {
    return { ...this.#counts, byRule: Object.fromEntries(this.#byRule) }
  }

  /** Alarms that the other side has not raised, earliest first. */
  without(other: Side): AlarmDifference[] {
    return [...this.#alarms]
      .filter(([id]) => !other.#alarms.has(id))
      .map(([, alarm]) => alarm)
      .sort((a, b) => a.sinceUs - b.sinceUs)
      .slice(0, DIFFERENCES_MAX)
  }

  #rule(name: string): { raised: number; events: number } {
    const known = this.#byRule.get(name)
    if (known !== undefined) return known
    const counts = { raised: 0, events: 0 }
    this.#byRule.set(name, counts)
    return counts
  }
}
