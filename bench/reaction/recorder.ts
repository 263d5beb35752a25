import * as z from 'zod'
import type { BusMessage } from '../../shared/component/host.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'

/** When one sample came by, in milliseconds of the wall clock. */
interface Passage {
  readonly sampleMs: number
  readonly frameMs: number
  actionMs: number | undefined
}

/** Parts of the way of each sample that was acted on, in milliseconds. */
export interface Ways {
  /** From the time of the sample to the action. */
  readonly wholeMs: readonly number[]
  /** From the time of the sample to its frame on the bus: source, frame age, collector, one hop. */
  readonly toFrameMs: readonly number[]
  /** From the frame on the bus to the action on the bus: two hops, and the rule between them. */
  readonly toActionMs: readonly number[]
}

const Action = z.object({ tag: z.string(), timeUs: z.number() })

/** Notes when samples of the watched tags and the actions on them pass the nucleus. */
export class Recorder {
  readonly #isWatched: (tag: string) => boolean
  readonly #passages = new Map<string, Passage>()
  #isOn = false

  constructor(isWatched: (tag: string) => boolean) {
    this.#isWatched = isWatched
  }

  start(): void {
    this.#isOn = true
  }

  /** Samples that come from now on are not counted; actions on earlier ones are. */
  stop(): void {
    this.#isOn = false
  }

  /** Samples whose action has not come yet. */
  get missing(): number {
    return [...this.#passages.values()].filter(({ actionMs }) => actionMs === undefined).length
  }

  onFrame({ payload }: BusMessage): void {
    const frameMs = nowMs()
    const frame = this.#isOn && 'bytes' in payload ? decodeFrame(payload.bytes) : undefined
    if (frame?.body !== 'samples') return
    for (const { tag, timesUs } of frame.columns) {
      if (!this.#isWatched(tag)) continue
      for (const timeUs of timesUs) {
        const key = `${tag} ${timeUs}`
        // A frame that is sent again is not a second sample.
        if (!this.#passages.has(key)) {
          this.#passages.set(key, { sampleMs: timeUs / 1000, frameMs, actionMs: undefined })
        }
      }
    }
  }

  onAction({ payload }: BusMessage): void {
    const actionMs = nowMs()
    const { tag, timeUs } = Action.parse('json' in payload ? payload.json : parse(payload.bytes))
    const passage = this.#passages.get(`${tag} ${timeUs}`)
    if (passage !== undefined) passage.actionMs ??= actionMs
  }

  ways(): Ways {
    const done = [...this.#passages.values()].flatMap(({ sampleMs, frameMs, actionMs }) =>
      actionMs === undefined ? [] : [{ sampleMs, frameMs, actionMs }],
    )
    return {
      wholeMs: done.map(({ sampleMs, actionMs }) => actionMs - sampleMs),
      toFrameMs: done.map(({ sampleMs, frameMs }) => frameMs - sampleMs),
      toActionMs: done.map(({ frameMs, actionMs }) => actionMs - frameMs),
    }
  }
}

/** The same clock as in the source: finer than a millisecond, and comparable between processes. */
const nowMs = (): number => performance.timeOrigin + performance.now()

const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString())
