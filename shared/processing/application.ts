import * as z from 'zod'
import type { SampleFrame } from '../frame/frame.ts'
import { type Alarm, createRuleEngine, type RuleEngine } from '../rule/engine.ts'
import { createTumblingEngine, type TumblingEngine } from '../window/engine.ts'
import type { Cell } from '../window/engine-cells.ts'
import { alarmText, summaryText } from './records.ts'
import { hashOf, Settings } from './settings.ts'

/** Of the checkpoint. One of another version is not read: the log is replayed instead, with the same answer. */
const STATE_VERSION = 1

/** Where outputs stand: log position of the input, and how many of its outputs are out. */
export const OutputPosition = z.object({ lsn: z.number().int().min(0), output: z.number().int().min(0) })
export type OutputPosition = z.output<typeof OutputPosition>

const Head = z.object({
  v: z.literal(STATE_VERSION),
  lsn: z.number().int(),
  settings: Settings,
  lastOutput: OutputPosition,
  /** Records that a change of settings made, to go out with the next frame. */
  carried: z.array(z.string()),
  counters: z.object({
    raised: z.number(),
    cleared: z.number(),
    oversized: z.number(),
    unreadable: z.number(),
  }),
})

/** Of the cell without which the others are no checkpoint. */
export const HEAD_KEY = 'h'
const WINDOW_PREFIX = 'w'
const RULE_PREFIX = 'r'

interface Maker {
  readonly component: string
  readonly version: string
}

/**
 * All that the processor computes: windows, rules and their counters at one log position. A pure function of the
 * frames up to it and of the settings; nothing in here waits or reads a clock.
 */
export class Application {
  #lsn: number
  #settings: Settings
  #lastOutput: OutputPosition
  #carried: string[]
  readonly #counters: z.output<typeof Head>['counters']
  readonly #windows: TumblingEngine
  readonly #rules: RuleEngine
  readonly #maker: Maker
  #by: { component: string; version: string; config: string }

  /** From the beginning of the log, or from the cells of a checkpoint. @throws ZodError when they are none of this version */
  constructor(maker: Maker, settings: Settings, cells: readonly Cell[] = []) {
    const text = cells.find(({ key }) => key === HEAD_KEY)?.text
    const head = text === undefined ? undefined : Head.parse(JSON.parse(text))
    this.#maker = maker
    this.#lsn = head?.lsn ?? 0
    this.#settings = head?.settings ?? settings
    this.#lastOutput = head?.lastOutput ?? { lsn: 0, output: 0 }
    this.#carried = head?.carried ?? []
    this.#counters = head?.counters ?? { raised: 0, cleared: 0, oversized: 0, unreadable: 0 }
    this.#windows = createTumblingEngine(this.#settings.windows, { cells: below(WINDOW_PREFIX, cells) })
    this.#rules = createRuleEngine(this.#settings.rules, below(RULE_PREFIX, cells))
    this.#by = madeBy(maker, this.#settings)
  }

  get lsn(): number {
    return this.#lsn
  }

  get settings(): Settings {
    return this.#settings
  }

  /** The last output made so far. */
  get lastOutput(): OutputPosition {
    return this.#lastOutput
  }

  /**
   * Takes the next frame of the log and gives its outputs, alarms before summaries. Frames without samples for this
   * component, such as its own, only move the position.
   *
   * @param frame undefined for a frame of records, 'unreadable' for one that no decoder takes
   */
  apply(lsn: number, frame: SampleFrame | 'unreadable' | undefined): readonly string[] {
    if (lsn !== this.#lsn + 1) throw new RangeError(`frame ${lsn} of the log does not follow ${this.#lsn}`)
    this.#lsn = lsn
    if (frame === 'unreadable') this.#counters.unreadable++
    if (frame === undefined || frame === 'unreadable') return []
    const records = this.#carried
    this.#carried = []
    for (const alarm of this.#rules.take(frame)) this.#addAlarm(alarm, records)
    for (const pane of this.#windows.take(frame).panes) this.#add(summaryText(pane, this.#by), records)
    if (records.length > 0) this.#lastOutput = { lsn, output: records.length }
    return records
  }

  /** Other settings from the next frame on. */
  reconfigure(settings: Settings): void {
    const alarms = this.#rules.reconfigure(settings.rules)
    this.#windows.reconfigure(settings.windows)
    for (const alarm of alarms) this.#addAlarm(alarm, this.#carried)
    this.#settings = settings
    this.#by = madeBy(this.#maker, settings)
  }

  #addAlarm(alarm: Alarm, records: string[]): void {
    if (alarm.state === 'raised') this.#counters.raised++
    else this.#counters.cleared++
    this.#add(alarmText(alarm, this.#by), records)
  }

  #add(text: string | undefined, records: string[]): void {
    if (text === undefined) this.#counters.oversized++
    else records.push(text)
  }

  /** What a checkpoint has to write after the last one. */
  takeCells(): Cell[] {
    const head: z.input<typeof Head> = {
      v: STATE_VERSION,
      lsn: this.#lsn,
      settings: this.#settings,
      lastOutput: this.#lastOutput,
      carried: this.#carried,
      counters: this.#counters,
    }
    return [
      { key: HEAD_KEY, text: JSON.stringify(head) },
      ...above(WINDOW_PREFIX, this.#windows.takeCells()),
      ...above(RULE_PREFIX, this.#rules.takeCells()),
    ]
  }

  counters() {
    return { ...this.#counters, ...this.#windows.counters(), activeAlarms: this.#rules.activeCount() }
  }
}

/** Name by name: the identity of a component has more to it, and what is stored must be what the contract says. */
const madeBy = ({ component, version }: Maker, settings: Settings) => ({
  component,
  version,
  config: hashOf(settings),
})

const above = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells.map(({ key, text }) => ({ key: prefix + key, text }))

const below = (prefix: string, cells: readonly Cell[]): Cell[] =>
  cells
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key, text }) => ({ key: key.slice(prefix.length), text }))
