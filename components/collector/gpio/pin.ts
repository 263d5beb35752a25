import type { SchedulerLike } from 'rxjs'
import { type Column, Quality } from '../../../shared/frame/frame.ts'
import type { Clock } from '../../../shared/time/time.ts'
import type { PinConfig } from '../config.ts'
import { createDebounce, type Debounce, type Edge } from './debounce.ts'
import type { GpioInput } from './driver.ts'

/** Edges of one line between two batches; a line that gives more is broken or is no switch. */
const EDGES_MAX = 10_000

/** One watched line: gathers its edges until they are taken. */
export class WatchedPin {
  readonly #config: PinConfig
  readonly #clock: Clock
  readonly #input: GpioInput
  readonly #debounce: Debounce
  #edges: Edge[] = []
  #lastLevel: 0 | 1 | undefined
  #dropped = 0
  /** Samples were dropped after those gathered now, and before those gathered now. */
  #isLossy = false
  #hasGap = false

  constructor(parts: {
    readonly config: PinConfig
    readonly input: GpioInput
    readonly clock: Clock
    readonly scheduler: SchedulerLike
    readonly onEdge: () => void
    readonly onError: (error: Error) => void
  }) {
    const { config, input, clock, scheduler, onEdge, onError } = parts
    this.#config = config
    this.#clock = clock
    this.#input = input
    this.#debounce = createDebounce(scheduler, config.debounce, (edge) => {
      this.#keep(edge)
      onEdge()
    })
    // With both edges the level is known at any time, so its beginning is a sample, too.
    if (config.edge === 'both') this.#keep({ timeUs: clock.wallUs(), level: input.read() })
    input.watch((error, level) => {
      if (error) onError(error)
      else this.#debounce.push({ timeUs: clock.wallUs(), level })
    })
  }

  /** Edges lost for want of room since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /** Samples before this are given, or lost. */
  get completeBeforeUs(): number {
    return Math.min(this.#debounce.pendingUs ?? Infinity, this.#clock.wallUs())
  }

  /** The samples gathered since the last call. */
  take(): Column | undefined {
    const edges = this.#edges
    if (edges.length === 0) return undefined
    this.#edges = []
    const quality = new Uint8Array(edges.length)
    if (this.#hasGap) quality[0] = Quality.uncertain | Quality.gapBefore
    this.#hasGap = this.#isLossy
    this.#isLossy = false
    return {
      tag: this.#config.tag,
      timesUs: Float64Array.from(edges, ({ timeUs }) => timeUs),
      quality,
      data: { kind: 'boolean', values: Uint8Array.from(edges, ({ level }) => level) },
    }
  }

  close(): void {
    this.#debounce.stop()
    this.#input.close()
  }

  #keep(edge: Edge): void {
    // Of both edges, a level that comes again was a bounce, or an interrupt that came too late to see its own.
    if (this.#config.edge === 'both' && edge.level === this.#lastLevel) return
    this.#lastLevel = edge.level
    if (this.#edges.length < EDGES_MAX) {
      this.#edges.push(edge)
      return
    }
    this.#dropped += 1
    this.#isLossy = true
  }
}
