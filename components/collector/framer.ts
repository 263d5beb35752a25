import { createFrameBuilder, type FrameBuilder } from '../../shared/frame/builder.ts'
import type { EncodedContent } from '../../shared/frame/encode.ts'
import type { SendingProducer } from '../../shared/handoff/sender.ts'
import type { SourceBatch } from '../../shared/source/source.ts'
import type { Clock } from '../../shared/time/time.ts'
import { IDLE_MS } from './limits.ts'
import { createUrgency, type UrgentTags } from './urgency.ts'

export type FrameBatch = Pick<SourceBatch, 'columns' | 'completeBeforeUs' | 'position'>

export interface FrameSettings {
  readonly maxBytes: number
  readonly maxAge: number
  readonly roundBytes?: number | undefined
  readonly urgent: readonly UrgentTags[]
}

export interface FramerParts {
  readonly clock: Clock
  readonly sending: SendingProducer
  readonly frame: FrameSettings
  readonly heartbeatMs: number
  readonly positioned: boolean
}

/** Puts the batches of one source into frames and sends these, full ones at once and others when they are old enough. */
export class Framer {
  readonly #parts: FramerParts
  readonly #builder: FrameBuilder
  readonly #urgentAgeMs: (columns: FrameBatch['columns']) => number
  #lastFrameMs: number
  /** When something urgent that is gathered has to be on its way. */
  #urgentDueMs = Infinity
  #hasEnded = false
  #saidUs = -Infinity
  /** Watermark of an idle source that no frame has carried yet. */
  #unsaidUs: number | undefined

  constructor(parts: FramerParts) {
    const { roundBytes, maxBytes, maxAge } = parts.frame
    this.#parts = parts
    this.#urgentAgeMs = createUrgency(parts.frame.urgent)
    this.#lastFrameMs = parts.clock.monotonicMs()
    this.#builder = createFrameBuilder({
      maxBytes,
      maxAgeMs: maxAge,
      ...(roundBytes === undefined ? {} : { roundBytes }),
      positioned: parts.positioned,
    })
  }

  /** The last frame said that nothing more will come. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Waits while the outbox is full. @throws FrameError; then the batch is in no frame, and others are not harmed */
  async add(batch: FrameBatch): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs()
    const closed = this.#builder.append(batch, nowMs)
    this.#urgentDueMs = Math.min(this.#urgentDueMs, nowMs + this.#urgentAgeMs(batch.columns))
    this.#unsaidUs = undefined
    this.#saidUs = batch.completeBeforeUs
    this.#hasEnded = batch.completeBeforeUs === Infinity
    await this.#send(closed)
  }

  /** Time has passed at an idle source: said with its next samples, or at the next heartbeat. */
  note(completeBeforeUs: number): void {
    if (completeBeforeUs > this.#saidUs) this.#unsaidUs = completeBeforeUs
  }

  /** Until something has to be sent though no batch comes. */
  timeoutMs(): number {
    const nowMs = this.#parts.clock.monotonicMs()
    const dueMs = Math.min(this.#builder.deadlineMs ?? Infinity, this.#urgentDueMs, this.#heartbeatDueMs)
    return Math.min(Math.max(0, dueMs - nowMs), IDLE_MS)
  }

  /** Sends what is due. */
  async tick(): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs()
    if (nowMs >= Math.min(this.#heartbeatDueMs, this.#urgentDueMs)) await this.flush()
    else await this.#send(this.#builder.due(nowMs))
  }

  /** Sends everything. */
  async flush(): Promise<void> {
    if (this.#unsaidUs !== undefined) {
      await this.add({ columns: [], completeBeforeUs: this.#unsaidUs, position: '' })
    }
    await this.#send(this.#builder.flush())
  }

  get #heartbeatDueMs(): number {
    return this.#unsaidUs === undefined ? Infinity : this.#lastFrameMs + this.#parts.heartbeatMs
  }

  async #send(contents: readonly EncodedContent[]): Promise<void> {
    if (this.#builder.deadlineMs === undefined) this.#urgentDueMs = Infinity
    for (const content of contents) {
      await this.#parts.sending.send(content)
      this.#lastFrameMs = this.#parts.clock.monotonicMs()
    }
  }
}
