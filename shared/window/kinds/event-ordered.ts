import * as z from 'zod'
import type { Readings } from '../../aggregate/readings.ts'
import type { Cell } from '../../checkpoint/cell.ts'
import { Instant, readInstant, writeInstant } from '../../checkpoint/instant.ts'
import { answerOf } from '../answers.ts'
import { isQuarantined } from '../column-runs.ts'
import type { Bounds } from '../engine-bounds.ts'
import type { KeyedContext, KeyedWindows, OpenWindowInfo, PaneSink, Refused } from '../keyed-windows.ts'
import type { WindowPane } from '../pane.ts'
import type { Run } from '../runs.ts'
import type { Answer, EventMachine } from './event-machine.ts'
import { KEY_SAMPLES_MAX } from './limits.ts'
import { appendToRuns } from './refused-runs.ts'
import { isBad, SampleBuffer, weightOf } from './sample-buffer.ts'
import { SampleCells } from './sample-cells.ts'
import { firstAfter, firstNotBefore } from './sorted-times.ts'

const HEAD = 'head'

/** From where on samples are taken, whether the definition is gone, and the state of the machine. */
const HeadText = z.tuple([Instant, z.boolean(), z.unknown()])

/**
 * Windows that are decided sample by sample in event order (time, then arrival): a sample waits until the watermark
 * has passed its time, so each answer is on time and final, and what comes behind the watermark is late whatever
 * the allowed lateness. Bad samples are passed over.
 */
export class EventOrderedWindows implements KeyedWindows {
  readonly #context: KeyedContext
  readonly #machine: EventMachine
  readonly #keySamplesMax: number
  readonly #buffer = new SampleBuffer()
  readonly #cells = new SampleCells()
  /** The earliest that waits; Infinity when none does. */
  #oldestUs = Number.POSITIVE_INFINITY
  /** Answers that came before the watermark because the bound was reached. */
  #ready: WindowPane[] = []
  #isBooked = false
  #isRetired = false
  #hasRetired = false
  #isChanged = false

  /** @param keySamplesMax samples, at least 2; fewer than the bound of the product only for those who test it */
  constructor(context: KeyedContext, machine: EventMachine, keySamplesMax = KEY_SAMPLES_MAX) {
    this.#context = context
    this.#machine = machine
    this.#keySamplesMax = keySamplesMax
    this.#buffer.liveFromUs = context.unseenUs + 1
  }

  get dueUs(): number {
    if (this.#ready.length > 0 || this.#hasRetired) return Number.NEGATIVE_INFINITY
    return Math.min(this.#oldestUs + 1, this.#machine.closesAtUs)
  }

  get isEmpty(): boolean {
    return this.#buffer.isEmpty && this.#machine.open.length === 0 && this.#ready.length === 0
  }

  take(readings: Readings, watermarkUs: number, bounds: Bounds): Refused {
    const { timesUs } = readings.column
    const refused = { late: [] as Run[], noRoom: [] as Run[] }
    for (let index = 0; index < timesUs.length; index++) {
      if (isQuarantined(readings.column, index)) continue
      const isBehind = (timesUs[index] as number) < watermarkUs
      const refusal = isBehind ? 'late' : this.#takeSample(readings, index, bounds)
      if (refusal !== undefined) appendToRuns(refused[refusal], index)
    }
    return refused
  }

  #takeSample(readings: Readings, index: number, bounds: Bounds): keyof Refused | undefined {
    const timeUs = readings.column.timesUs[index] as number
    if (this.#isLate(timeUs)) return 'late'
    if (isBad(readings, index)) return undefined
    const weight = weightOf(readings.column, index)
    if (!this.#makeRoom(weight, bounds)) return 'noRoom'
    // Room is made by letting samples take effect, and these may be later than this one.
    if (this.#isLate(timeUs)) {
      bounds.released(weight)
      return 'late'
    }
    this.#buffer.add(readings, index)
    if (timeUs < this.#oldestUs) this.#oldestUs = timeUs
    return undefined
  }

  #isLate(timeUs: number): boolean {
    return timeUs < this.#buffer.liveFromUs || (this.#isRetired && this.#machine.open.length === 0)
  }

  /** Books room for a sample; false when there is none. */
  #makeRoom(weight: number, bounds: Bounds): boolean {
    if (!this.#isBooked) {
      if (!bounds.tryOpen(this.#machine.slots)) return false
      this.#isBooked = true
    }
    while (this.#buffer.weight + weight > this.#keySamplesMax || !bounds.tryBuffer(weight)) {
      if (this.#buffer.isEmpty) return false
      this.#forceOlderHalf(bounds)
    }
    return true
  }

  #forceOlderHalf(bounds: Bounds): void {
    const buffer = this.#buffer
    buffer.sort()
    const middleUs = buffer.timesUs[(buffer.first + buffer.end) >>> 1] as number
    const to = firstAfter(buffer.timesUs, buffer.first, buffer.end, middleUs)
    bounds.forcedSamples += to - buffer.first
    this.#apply(to, this.#ready)
    this.#release(middleUs + 1, bounds)
  }

  settle(_beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void {
    if (afterUs < this.dueUs) return
    const panes = this.#ready
    this.#ready = []
    const buffer = this.#buffer
    const machine = this.#machine
    buffer.sort()
    this.#apply(firstNotBefore(buffer.timesUs, buffer.first, buffer.end, afterUs), panes)
    machine.reach(afterUs, this.#answerTo(panes))
    const isOver = afterUs === Number.POSITIVE_INFINITY || (this.#isRetired && machine.open.length === 0)
    this.#release(isOver ? this.#overUs(panes) : afterUs, bounds)
    if (afterUs === Number.POSITIVE_INFINITY) this.#isChanged = true
    this.#hasRetired = false
    if (this.#isBooked && this.isEmpty) {
      this.#isBooked = false
      for (let slot = 0; slot < machine.slots; slot++) bounds.closed(false)
    }
    for (const pane of panes) out.pane(pane)
  }

  #apply(to: number, panes: WindowPane[]): void {
    const { first } = this.#buffer
    if (first === to) return
    this.#machine.take(this.#buffer, first, to, this.#answerTo(panes))
    this.#isChanged = true
  }

  #answerTo(panes: WindowPane[]): Answer {
    const { key, definition, plan } = this.#context
    return ({ startUs, accumulator, carryIn }, endUs) => {
      this.#isChanged = true
      const { count, bad, uncertain } = accumulator
      panes.push({
        key,
        window: definition.name,
        startUs,
        endUs,
        revision: 0,
        timing: 'ON_TIME',
        isFinal: true,
        count,
        bad,
        uncertain,
        aggregates: answerOf(plan, accumulator, { startUs, endUs }, carryIn),
      })
    }
  }

  /** Behind all samples and answers: where a source goes on that starts again after its end. */
  #overUs(panes: readonly WindowPane[]): number {
    const { isEmpty, timesUs, end } = this.#buffer
    const lastUs = isEmpty ? Number.NEGATIVE_INFINITY : (timesUs[end - 1] as number)
    return panes.reduce((overUs, { endUs }) => Math.max(overUs, endUs), lastUs + 1)
  }

  #release(beforeUs: number, bounds: Bounds): void {
    const buffer = this.#buffer
    const { weight, liveFromUs } = buffer
    buffer.removeBefore(beforeUs)
    bounds.released(weight - buffer.weight)
    if (buffer.liveFromUs !== liveFromUs) this.#isChanged = true
    this.#oldestUs = buffer.isEmpty ? Number.POSITIVE_INFINITY : (buffer.timesUs[buffer.first] as number)
  }

  /** Late samples are refused and every answer is final, so there is nothing that could change. */
  reshape(): void {}

  retire(): void {
    this.#machine.retire()
    this.#isRetired = true
    this.#hasRetired = true
    this.#isChanged = true
  }

  /** No window is kept once it has answered. */
  giveUp(): void {}

  takeCells(): Cell[] {
    const cells = this.#cells.take(this.#buffer)
    if (!this.#isChanged && cells.length === 0) return cells
    this.#isChanged = false
    const head = [writeInstant(this.#buffer.liveFromUs), this.#isRetired, this.#machine.write()]
    return [...cells, { key: HEAD, text: JSON.stringify(head) }]
  }

  restore(cells: readonly Cell[], bounds: Bounds): void {
    const head = cells.find(({ key }) => key === HEAD)
    if (head?.text === undefined) return
    const [liveFrom, isRetired, state] = HeadText.parse(JSON.parse(head.text))
    this.#buffer.liveFromUs = readInstant(liveFrom)
    this.#machine.read(state)
    if (isRetired) this.retire()
    this.#cells.restore(cells, this.#buffer)
    const { isEmpty, weight, timesUs, first } = this.#buffer
    if (!isEmpty) this.#oldestUs = timesUs[first] as number
    this.#isBooked = !this.isEmpty
    this.#isChanged = false
    bounds.restored(this.#isBooked ? this.#machine.slots : 0, 0, weight)
  }

  openWindows(limit: number): OpenWindowInfo[] {
    const { open, closesAtUs } = this.#machine
    return open.slice(0, limit).map(({ startUs, accumulator }) => ({
      startUs,
      endUs: closesAtUs,
      samples: accumulator.count,
      revision: -1,
      waitsForUs: closesAtUs,
    }))
  }
}
