import type { AlarmChange } from '../alarm/change.ts'
import type { AlarmCommand } from '../alarm/command.ts'
import { type Cell, selectCells, withPrefix } from '../checkpoint/cell.ts'
import { Producer } from '../contract/producers.ts'
import { createDetectionEngine, type DetectionEngine } from '../detect/engine.ts'
import type { SampleFrame } from '../frame/frame.ts'
import { compileCondition } from '../sql/condition.ts'
import { createWindowEngine, type WindowEngine } from '../window/window-engine.ts'
import { ApplicationHead, createHead, HEAD_KEY, type OutputPosition } from './application-head.ts'
import { type DerivedBatch, DerivedSamples } from './derived.ts'
import { Records } from './record-list.ts'
import type { DerivedSample, Effect, Inquiry, Outcome } from './rules/outcome.ts'
import { RuleSet } from './rules/rule-set.ts'
import { RuleWindows } from './rules/rule-windows.ts'
import type { RuleSurroundings } from './rules/surroundings.ts'
import { type CompiledSettings, compileSettings, hashOf, type Settings } from './settings.ts'

const WINDOW_PREFIX = 'w'
const RULE_PREFIX = 'r'
const DETECTION_PREFIX = 'd'

/** Who makes the records, and on which core. */
export interface Maker {
  readonly component: string
  readonly version: string
  readonly thing: string
}

/** What one frame of the log gave. */
export interface Applied {
  /** JSON texts: alarms, then events, then summaries. */
  readonly records: readonly string[]
  readonly derived: readonly DerivedBatch[]
  readonly effects: readonly Effect[]
  readonly inquiries: readonly Inquiry[]
}

const NOTHING: Applied = { records: [], derived: [], effects: [], inquiries: [] }

/**
 * All that the processor computes: windows, detections, rules and their counters at one log position. A pure function
 * of the frames up to it and of the settings; nothing in here waits or reads a clock.
 */
export class Application {
  readonly #head: ApplicationHead
  readonly #maker: Maker
  readonly #windows: WindowEngine
  readonly #detections: DetectionEngine
  readonly #ruleWindows: RuleWindows
  readonly #surroundings: RuleSurroundings
  readonly #derived: DerivedSamples
  #compiled: CompiledSettings
  #rules: RuleSet
  #records: Records

  /**
   * From the beginning of the log, or from the cells of a checkpoint.
   * @throws ZodError or GenbaError when the cells are none of this version
   */
  constructor(maker: Maker, settings: Settings, cells: readonly Cell[] = []) {
    const text = cells.find(({ key }) => key === HEAD_KEY)?.text
    this.#maker = maker
    this.#head = text === undefined ? createHead(settings) : ApplicationHead.parse(JSON.parse(text))
    this.#compiled = compileSettings(this.#head.settings)
    this.#surroundings = { thing: maker.thing, attributesOf: (tag) => this.#compiled.attributesOf(tag) }
    this.#rules = this.#createRules(this.#head.rules)
    this.#derived = new DerivedSamples(this.#head.derived)
    this.#ruleWindows = new RuleWindows(
      this.#compiled.rules,
      this.#surroundings,
      selectCells(RULE_PREFIX, cells),
    )
    this.#windows = createWindowEngine(this.#compiled.windows, {
      cells: selectCells(WINDOW_PREFIX, cells),
      attributes: this.#surroundings.attributesOf,
      compileCondition,
    })
    this.#detections = createDetectionEngine(this.#compiled.detections, selectCells(DETECTION_PREFIX, cells))
    this.#records = this.#createRecords()
  }

  get lsn(): number {
    return this.#head.lsn
  }

  get settings(): Settings {
    return this.#head.settings
  }

  /** The last record made so far. */
  get lastOutput(): OutputPosition {
    return this.#head.lastOutput
  }

  /** The last derived batch made so far. */
  get lastDerived(): OutputPosition {
    return this.#head.lastDerived
  }

  get detections(): Pick<DetectionEngine, 'alarms' | 'explain'> {
    return this.#detections
  }

  get windows(): Pick<WindowEngine, 'explain'> {
    return this.#windows
  }

  get rules(): Pick<RuleSet, 'counters' | 'trail'> {
    return this.#rules
  }

  get compiled(): CompiledSettings {
    return this.#compiled
  }

  /** Goes on behind a position of the log that lies ahead: what is up to it does not come any more. */
  stepTo(lsn: number): void {
    this.#head.lsn = Math.max(this.#head.lsn, lsn)
  }

  /**
   * Takes the next frame of the log and gives its outputs. Frames without samples, such as records, only move the
   * position.
   *
   * @param frame undefined for a frame of records, 'unreadable' for one that no decoder takes
   */
  apply(lsn: number, frame: SampleFrame | 'unreadable' | undefined): Applied {
    if (lsn !== this.#head.lsn + 1)
      throw new RangeError(`frame ${lsn} of the log does not follow ${this.#head.lsn}`)
    this.#head.lsn = lsn
    if (frame === 'unreadable') this.#head.counters.unreadable++
    if (frame === undefined || frame === 'unreadable') return NOTHING
    const isDerived = frame.header.producer === Producer.records
    const records = this.#records
    records.take(this.#head.carried)
    this.#head.carried = []
    records.alarms(this.#detections.take(frame))
    const outcomes = isDerived ? [] : this.#rules.take(frame)
    const answered = this.#windows.take(frame)
    if (!isDerived) {
      outcomes.push(...this.#ruleWindows.take(frame).flatMap((pane) => this.#rules.answer(pane)))
    }
    const { derived, effects, inquiries } = this.#sort(outcomes, records)
    records.summaries(answered)
    const batches = isDerived ? [] : this.#derived.take(frame.header, derived)
    const texts = records.close()
    if (texts.length > 0) this.#head.lastOutput = { lsn, output: texts.length }
    if (batches.length > 0) this.#head.lastDerived = { lsn, output: batches.length }
    return { records: texts, derived: batches, effects, inquiries }
  }

  #sort(
    outcomes: readonly Outcome[],
    records: Records,
  ): { derived: DerivedSample[]; effects: Effect[]; inquiries: Inquiry[] } {
    const derived: DerivedSample[] = []
    const effects: Effect[] = []
    const inquiries: Inquiry[] = []
    for (const outcome of outcomes) {
      if (outcome.kind === 'event') records.event(outcome)
      else if (outcome.kind === 'signal') records.alarms(this.#detections.signal(outcome))
      else if (outcome.kind === 'derive') derived.push(outcome)
      else if (outcome.kind === 'inquiry') inquiries.push(outcome)
      else effects.push(outcome)
    }
    return { derived, effects, inquiries }
  }

  /** Other settings from the next frame on. @throws ZodError or GenbaError, before anything has changed */
  reconfigure(settings: Settings): void {
    this.#compiled = compileSettings(settings)
    this.#head.settings = settings
    this.#rules = this.#createRules(this.#rules.counters())
    this.#carry(this.#detections.reconfigure(this.#compiled.detections, this.#signalling()))
    this.#windows.reconfigure(this.#compiled.windows)
    this.#ruleWindows.reconfigure(this.#compiled.rules)
    this.#records = this.#createRecords()
  }

  /** What a person asks of an alarm, before the next frame. @returns whether there is such an alarm */
  command(command: AlarmCommand): boolean {
    const changes = this.#detections.command(command)
    this.#carry(changes)
    return changes.length > 0
  }

  #carry(changes: readonly AlarmChange[]): void {
    this.#records.alarms(changes)
    this.#head.carried = [...this.#head.carried, ...this.#records.close()]
  }

  /** Rules of SQL whose alarms may stand. */
  #signalling(): string[] {
    return this.#compiled.rules.filter(({ raisesAlarms }) => raisesAlarms).map(({ config }) => config.name)
  }

  #createRules(counters: ApplicationHead['rules']): RuleSet {
    return new RuleSet(this.#compiled.rules, this.#surroundings, counters)
  }

  /** Name by name: the identity of a component has more to it, and what is stored must be what the contract says. */
  #createRecords(): Records {
    const { component, version } = this.#maker
    const by = { component, version, config: hashOf(this.#head.settings) }
    return new Records(by, this.#head.counters)
  }

  /** What a checkpoint has to write after the last one. */
  takeCells(): Cell[] {
    const head: ApplicationHead = {
      ...this.#head,
      derived: this.#derived.state(),
      rules: this.#rules.counters(),
    }
    return [
      { key: HEAD_KEY, text: JSON.stringify(head) },
      ...withPrefix(WINDOW_PREFIX, this.#windows.takeCells()),
      ...withPrefix(RULE_PREFIX, this.#ruleWindows.takeCells()),
      ...withPrefix(DETECTION_PREFIX, this.#detections.takeCells()),
    ]
  }

  counters() {
    const activeAlarms = this.#detections.activeCount()
    return { ...this.#head.counters, ...this.#windows.counters(), activeAlarms }
  }
}
