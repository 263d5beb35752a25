import { AlarmBook } from '../alarm/book.ts'
import type { AlarmChange } from '../alarm/change.ts'
import type { AlarmCommand } from '../alarm/command.ts'
import type { AlarmReport } from '../alarm/report.ts'
import type { StandingAlarm } from '../alarm/standing.ts'
import type { Cell } from '../checkpoint/cell.ts'
import type { Column, SampleFrame } from '../frame/frame.ts'
import { admit } from './admission.ts'
import type { Detection } from './config.ts'
import type { Finding } from './detector.ts'
import { cellKey, readCells } from './engine-cells.ts'
import type { DetectionExplanation } from './explanation.ts'
import { PRODUCERS_MAX } from './limits.ts'
import { MissingDetector } from './missing.ts'
import { Progress } from './progress.ts'
import { Silences } from './silence.ts'
import type { Watch, WatchedTag } from './watched-tag.ts'
import { WatchedTags } from './watched-tags.ts'

/**
 * Detections over frames, and the alarms of these and of rules in SQL: a pure machine like the window engine, with the
 * same kind of checkpoint. Nothing in here reads a clock: time passes by samples and by the producers' watermarks.
 */
export interface DetectionEngine {
  /**
   * Changes by column, then detection, then sample; then what the frame's watermark told: data that is missing,
   * shelvings that are over. Lateness is judged by the watermark before the frame.
   */
  take(frame: SampleFrame): AlarmChange[]
  /** A watermark that came otherwise than in a frame, such as of a producer found idle. */
  advance(producer: string, completeBeforeUs: number): AlarmChange[]
  /** What a rule of SQL says of its alarm, again whenever it is judged; its name must be that of no detection. */
  signal(report: AlarmReport): AlarmChange[]
  /** What a person asks. Nothing changes, and nothing is answered, where it makes no sense. */
  command(command: AlarmCommand): AlarmChange[]
  /**
   * Other detections from the next frame on. One of the same name keeps its alarms and judges the next sample by the
   * new limits, unless its type or model (baseline, span, segment) is another: then it begins anew. Alarms of what is
   * gone, begins anew or no longer names their tag are cleared by the answer, latched or not.
   *
   * @param signalRules names of the rules that may signal; alarms of others are cleared. Left out, all are kept
   */
  reconfigure(detections: readonly Detection[], signalRules?: readonly string[]): AlarmChange[]
  /** What has changed since the last call, or since the start: all cells ever given, in order, are the whole state. */
  takeCells(): Cell[]
  /** Alarms that are active, raised or shelved, by rule and key. */
  alarms(): StandingAlarm[]
  /** Alarms that are raised. */
  activeCount(): number
  counters(): { readonly raised: number; readonly shelved: number; readonly refused: number }
  explain(rule: string, key: string): DetectionExplanation | undefined
}

/** @throws ZodError when the cells are none of `takeCells` */
export function createDetectionEngine(
  detections: readonly Detection[],
  cells: Iterable<Cell> = [],
): DetectionEngine {
  return new Engine(detections, cells)
}

class Engine implements DetectionEngine {
  #detections: readonly Detection[]
  readonly #book: AlarmBook
  readonly #producers = new Map<string, Progress>()
  readonly #tags: WatchedTags
  readonly #silences = new Silences()
  #changedProducers = new Set<Progress>()

  constructor(detections: readonly Detection[], cells: Iterable<Cell>) {
    this.#detections = detections
    const stored = readCells(cells)
    this.#book = new AlarmBook(stored.alarms)
    for (const [name, text] of stored.producers) this.#producers.set(name, new Progress(name, text))
    this.#tags = new WatchedTags(detections, stored, (name) => this.#producers.get(name))
    this.#silences.reset(this.#tags.all(), this.#producers.values())
  }

  take({ header, columns }: SampleFrame): AlarmChange[] {
    const producer = this.#producer(header.producer)
    const out: AlarmChange[] = []
    if (this.#detections.length > 0) for (const column of columns) this.#takeColumn(column, producer, out)
    if (producer?.observe(header.epoch, header.completeBeforeUs)) this.#pass(producer, out)
    return out
  }

  advance(name: string, completeBeforeUs: number): AlarmChange[] {
    const producer = this.#producer(name)
    const out: AlarmChange[] = []
    if (producer?.advance(completeBeforeUs)) this.#pass(producer, out)
    return out
  }

  #takeColumn(column: Column, producer: Progress | undefined, out: AlarmChange[]): void {
    const tag = this.#tags.get(column.tag)
    if (tag === undefined) return
    if (producer !== undefined) tag.join(producer)
    const samples = admit(column, Math.max(tag.newestUs, tag.watermarkUs), tag.counts)
    this.#tags.noteTag(tag)
    if (samples.count === 0) return
    for (const watch of tag.watches) {
      if (column.data.kind === 'text' && watch.detection.type !== 'missing') continue
      const found = (finding: Finding): void => this.#report(watch, finding, out)
      if (watch.detector.take(samples, found)) this.#tags.noteWatch(watch)
    }
    tag.newestUs = samples.timesUs[samples.count - 1] as number
    tag.remember(samples)
    if (tag.asksForSilence) this.#silences.hear(tag)
  }

  #report({ detection, tag }: Watch, finding: Finding, out: AlarmChange[]): void {
    const { name, severity, text, latched, reraiseAfter, updateEvery } = detection
    const policy = { severity, text, latched, reraiseAfterUs: reraiseAfter, updateEveryUs: updateEvery }
    out.push(...this.#book.report({ rule: name, key: tag, ...policy, ...finding }))
  }

  /** What a watermark tells that has moved. */
  #pass(producer: Progress, out: AlarmChange[]): void {
    this.#changedProducers.add(producer)
    this.#silences.pass(producer, (tag, watch, reachedUs) => this.#passWatch(tag, watch, reachedUs, out))
    out.push(...this.#book.pass(producer.completeBeforeUs))
  }

  #passWatch(tag: WatchedTag, watch: Watch, reachedUs: number, out: AlarmChange[]): void {
    const { detector } = watch
    if (!(detector instanceof MissingDetector)) return
    const found = (finding: Finding): void => this.#report(watch, finding, out)
    this.#tags.noteTag(tag)
    const hasChanged = tag.hasEnded ? detector.end() : detector.pass(reachedUs, found)
    if (hasChanged) this.#tags.noteWatch(watch)
  }

  signal(report: AlarmReport): AlarmChange[] {
    return this.#book.report(report)
  }

  command(command: AlarmCommand): AlarmChange[] {
    return this.#book.command(command)
  }

  reconfigure(detections: readonly Detection[], signalRules?: readonly string[]): AlarmChange[] {
    const own = new Set([...this.#detections, ...detections].map(({ name }) => name))
    this.#detections = detections
    const out: AlarmChange[] = []
    this.#tags.redefine(detections, ({ detection: { name }, tag }, newestUs, isGone) => {
      if (isGone) out.push(...this.#book.withdraw(name, tag, newestUs))
      else out.push(...this.#book.restart(name, tag, newestUs))
    })
    this.#silences.reset(this.#tags.all(), this.#producers.values())
    if (signalRules === undefined) return out
    const gone = this.#book.standing().filter(({ rule }) => !own.has(rule) && !signalRules.includes(rule))
    return [...out, ...gone.flatMap(({ rule, key }) => this.#book.withdraw(rule, key))]
  }

  takeCells(): Cell[] {
    const producers = [...this.#changedProducers].map((producer) => ({
      key: cellKey.producer(producer.name),
      text: producer.write(),
    }))
    this.#changedProducers = new Set()
    const alarms = this.#book.takeCells().map(({ key, text }) => ({ key: cellKey.alarm(key), text }))
    return [...producers, ...this.#tags.takeCells(), ...alarms]
  }

  alarms(): StandingAlarm[] {
    return this.#book.standing()
  }

  activeCount(): number {
    return this.#book.counters().raised
  }

  counters() {
    return this.#book.counters()
  }

  explain(rule: string, key: string): DetectionExplanation | undefined {
    const alarm = this.alarms().find((one) => one.rule === rule && one.key === key)
    const watch = this.#tags.find(rule, key)
    const tag = watch === undefined ? undefined : this.#tags.get(key)
    if (watch === undefined || tag === undefined) {
      return alarm === undefined ? undefined : { rule, key, alarm, detection: undefined }
    }
    const recent = tag.recent()
    const newest = recent.at(-1)
    const why =
      newest === undefined
        ? 'no sample has been judged since the start'
        : watch.detector.describe(newest.timeUs, newest.value)
    const watermarkUs = tag.reachedUs()
    return { rule, key, alarm, detection: { why, watermarkUs, counts: { ...tag.counts }, recent } }
  }

  #producer(name: string): Progress | undefined {
    const known = this.#producers.get(name)
    if (known !== undefined || this.#producers.size >= PRODUCERS_MAX) return known
    const made = new Progress(name)
    this.#producers.set(name, made)
    return made
  }
}
