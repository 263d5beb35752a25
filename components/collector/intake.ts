import type { SchedulerLike } from 'rxjs'
import type { Files, Log } from '../../shared/component/host.ts'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { FrameError } from '../../shared/frame/errors.ts'
import type { Sender } from '../../shared/handoff/sender.ts'
import type { Source, SourceBatch } from '../../shared/source/source.ts'
import { countSamples, estimateJsonBytes, isCounted, type SourceTotals } from '../../shared/source/totals.ts'
import type { Clock } from '../../shared/time/time.ts'
import { retry, wait } from '../../shared/time/wait.ts'
import { type FrameBatch, Framer, type FrameSettings } from './framer.ts'
import { REFUSED_MS, RETRY_MS, RETRY_MS_MAX, STOP_MS } from './limits.ts'
import { createLiveGate, type LiveGate } from './live-gate.ts'
import { createPuller, type Puller } from './puller.ts'
import { createShedder, isRefused, type Policy, type Shedder } from './shedding.ts'
import { createTurns } from './turns.ts'

export interface IntakeParts {
  readonly name: string
  readonly producer: string
  readonly priority: number
  /** Opens the source; called again after it has failed. */
  readonly open: () => Promise<Source>
  readonly sender: Sender
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly files: Files
  readonly log: Log
  readonly frame: FrameSettings
  readonly live: { readonly lead: number; readonly heartbeat: number }
  readonly policy: Policy
  /** An earlier process has read this source. */
  readonly isRestart: boolean
  /** Counters of a live source go on from these. */
  readonly totals: SourceTotals
}

export type IntakeState = 'opening' | 'reading' | 'failed' | 'finished' | 'stopped'

/** Runs one source: pulls its batches, frames them and sends them, and starts it again when it fails. */
export class Intake {
  readonly #parts: IntakeParts
  readonly #stopping = new AbortController()
  readonly #gate: LiveGate
  readonly #shedder: Shedder
  #state: IntakeState = 'opening'
  #totals: SourceTotals
  #shedSamples = 0
  #framer: Framer | undefined
  /** Where the source goes on: after the last batch in the framer, or what the historian holds at the start. */
  #position = ''
  readonly #running: Promise<void>

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#gate = createLiveGate(parts.live.lead, parts.isRestart)
    this.#shedder = createShedder(parts.policy, parts.priority)
    this.#totals = parts.totals
    this.#running = this.#run()
  }

  get state(): IntakeState {
    return this.#state
  }

  get totals(): SourceTotals {
    return this.#totals
  }

  get shedSamples(): number {
    return this.#shedSamples
  }

  /** Ends the source and hands over what it has given; waits while the outbox is full. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { scheduler, log, name } = this.#parts
    const { signal } = this.#stopping
    try {
      await retry(scheduler, {
        firstMs: RETRY_MS,
        maxMs: RETRY_MS_MAX,
        signal,
        attempt: () => this.#attempt(),
        onFailure: (error, pauseMs) => {
          this.#state = 'failed'
          this.#gate.markGap()
          log.error({ source: name, ...fieldsOf(error), pauseMs }, 'a source failed and is tried again')
        },
      })
      this.#state = 'finished'
    } catch (error) {
      this.#state = 'stopped'
      if (!signal.aborted) log.error({ source: name, ...fieldsOf(error) }, 'a source has ended')
    }
  }

  async #attempt(): Promise<void> {
    const { clock, scheduler, files, log } = this.#parts
    const { signal } = this.#stopping
    const source = await this.#parts.open()
    this.#framer ??= await this.#openFramer(source.replayable)
    signal.throwIfAborted()
    this.#state = 'reading'
    const resumeAfter = this.#position
    const batches = source.read({ clock, scheduler, files, log, signal, resumeAfter })
    await this.#read(createPuller(batches, scheduler, signal), this.#framer, source.replayable)
  }

  async #openFramer(positioned: boolean): Promise<Framer> {
    const { sender, producer, clock, frame, live } = this.#parts
    const sending = await sender.open(producer, { positioned })
    this.#position = sending.resumeAfter
    return new Framer({ clock, sending, frame, heartbeatMs: live.heartbeat, positioned })
  }

  async #read(puller: Puller, framer: Framer, replayable: boolean): Promise<void> {
    const { signal } = this.#stopping
    const turns = createTurns(this.#parts.scheduler, this.#parts.clock)
    try {
      for (;;) {
        if (await this.#waitsForRoom(framer, replayable)) continue
        const batch = await puller.next(framer.timeoutMs())
        if (batch === 'ended') break
        if (batch !== 'timeout') await this.#take(batch, framer, replayable)
        await framer.tick()
        await turns.next(batch !== 'timeout')
      }
      // A live source that ends says so; one that does not would hold windows open for ever.
      if (!replayable && !framer.hasEnded) await framer.add(END)
    } catch (error) {
      const last = signal.aborted ? await puller.last(STOP_MS) : undefined
      if (last !== undefined) await this.#take(last, framer, replayable)
      await framer.flush()
      throw error
    }
    await framer.flush()
  }

  /** A source that does not shed is not read while the historian takes nothing of its priority. */
  async #waitsForRoom(framer: Framer, replayable: boolean): Promise<boolean> {
    const { sender, policy, priority, scheduler } = this.#parts
    const isWaiting = isRefused(priority, sender.refusal()) && (replayable || policy === 'block')
    if (!isWaiting || this.#stopping.signal.aborted) return false
    await framer.tick()
    await wait(scheduler, REFUSED_MS)
    return true
  }

  async #take(batch: SourceBatch, framer: Framer, replayable: boolean): Promise<void> {
    this.#count(batch)
    if (!replayable) return this.#takeLive(batch, framer)
    await framer.add(batch)
    this.#position = batch.position
  }

  #count(batch: SourceBatch): void {
    if (isCounted(batch)) {
      this.#totals = batch.totals
      return
    }
    const { samples, rawJsonBytes: bytes } = this.#totals
    this.#totals = {
      samples: samples + countSamples(batch.columns),
      rejected: batch.rejected ?? this.#totals.rejected,
      rawJsonBytes: bytes + estimateJsonBytes(batch.columns),
    }
  }

  async #takeLive(batch: SourceBatch, framer: Framer): Promise<void> {
    const { columns, completeBeforeUs } = this.#gate.pass(
      { columns: this.#shed(batch.columns), completeBeforeUs: batch.completeBeforeUs },
      this.#parts.clock.wallUs(),
    )
    if (columns.length === 0 && completeBeforeUs !== Infinity) {
      framer.note(completeBeforeUs)
      return
    }
    try {
      await framer.add({ columns, completeBeforeUs, position: '' })
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#refuse(columns, error)
    }
  }

  /** Gives up the samples when the outbox is too full for the priority of this source. */
  #shed(columns: SourceBatch['columns']): SourceBatch['columns'] {
    const { sender, log, name, priority } = this.#parts
    const pressure = sender.pressure()
    const refusal = sender.refusal()
    const { isShedding, edge } = this.#shedder.judge(pressure, refusal)
    const fields = { source: name, priority, pressure, shedSamples: this.#shedSamples, ...refusal }
    if (edge === 'begins') log.warn(fields, 'samples are given up: there is no room for this priority')
    if (edge === 'ends') log.warn(fields, 'samples are taken again')
    if (!isShedding) return columns
    this.#shedSamples += countSamples(columns)
    this.#gate.markShed(columns)
    return []
  }

  /** A batch of a machine that contradicts itself cannot be had again: it is given up alone. */
  #refuse(columns: SourceBatch['columns'], error: FrameError): void {
    const samples = countSamples(columns)
    this.#totals = { ...this.#totals, rejected: this.#totals.rejected + samples }
    this.#gate.markShed(columns)
    this.#parts.log.error({ source: this.#parts.name, samples, ...fieldsOf(error) }, 'a batch was refused')
  }
}

const END: FrameBatch = { columns: [], completeBeforeUs: Infinity, position: '' }

function fieldsOf(error: unknown): Record<string, unknown> {
  return { err: describeError(error), ...(error instanceof GenbaError ? { code: error.code } : {}) }
}
