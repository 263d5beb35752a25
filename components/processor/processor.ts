import type { Host } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { Sender } from '../../shared/handoff/sender.ts'
import type { Application } from '../../shared/processing/application.ts'
import { hashOf, type Settings } from '../../shared/processing/settings.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'
import { retry, wait } from '../../shared/time/wait.ts'
import { CheckpointWriter } from './checkpoint.ts'
import type { Effects } from './effects/effects.ts'
import type { Inquiries } from './effects/inquiries.ts'
import { ACKNOWLEDGED_POLL_MS, CHECKPOINT_RETRY_MS, CHECKPOINT_RETRY_MS_MAX, CLOSING_MS } from './limits.ts'
import type { LiveLatency } from './live-latency.ts'
import type { LogEntry } from './live-tail.ts'
import type { Orders } from './orders.ts'
import type { Outputs } from './outputs.ts'

type ProcessorHost = Pick<Host<unknown>, 'scheduler' | 'clock' | 'log'>

export interface ProcessorParts {
  readonly host: ProcessorHost
  readonly application: Application
  readonly outputs: Outputs
  readonly effects: Effects
  readonly inquiries: Inquiries
  /** What people ask of alarms. */
  readonly orders: Orders
  readonly sender: Sender
  readonly store: KeyValueStore
  readonly latency: LiveLatency
  /** The settings that the configuration asks for now. */
  readonly wanted: () => Settings
  /** Told when other settings are in force. */
  readonly onSettings: () => void
  readonly checkpointEveryMs: () => number
  readonly signal: AbortSignal
}

/**
 * Drives the application along the log: applies, hands outputs over, writes checkpoints, changes settings.
 *
 * A checkpoint at a log position is written only after the historian has acknowledged every output up to it.
 * Otherwise a death could leave a checkpoint beyond outputs that nobody holds and nobody would make again.
 */
export class Processor {
  readonly #parts: ProcessorParts
  readonly #checkpoint: CheckpointWriter
  #savedLsn: number
  #nextCheckpointMs: number
  #writing: Promise<void> | undefined
  /** The wanted settings that were found to be those in force. */
  #agreed: Settings | undefined

  constructor(parts: ProcessorParts) {
    this.#parts = parts
    this.#checkpoint = new CheckpointWriter(parts.store)
    this.#savedLsn = parts.application.lsn
    this.#nextCheckpointMs = parts.host.clock.monotonicMs() + parts.checkpointEveryMs()
  }

  /** What a restart just now would make again, or late; undefined when that is next to nothing. */
  busy(waitedMs: number): string | undefined {
    if (this.#writing !== undefined) return 'a checkpoint is being written'
    if (waitedMs >= CLOSING_MS) return undefined
    const { sender, application } = this.#parts
    const { depth, ageMs } = sender.figures()
    if (depth > 0 && ageMs >= waitedMs) return 'records are on their way to the historian'
    const missingUs = application.windows
      .explain(undefined)
      .flatMap(({ windows }) => windows.map((open) => open.missingUs))
    return missingUs.some((us) => us > 0 && us < (CLOSING_MS - waitedMs) * 1000)
      ? 'a window is about to close'
      : undefined
  }

  /** Takes batches until the signal is aborted. */
  async follow(log: AsyncIterable<readonly LogEntry[]>): Promise<void> {
    const { application, outputs, effects, latency, host } = this.#parts
    // From the first frame on a restart must know under which settings it was processed: they may be others by then.
    if (application.lsn === 0) await this.#persist()
    for await (const entries of log) {
      for (const { lsn, frame, arrivedMs } of entries) {
        if (this.#mustChange()) await this.#change()
        if (frame === 'sealed') {
          this.#stepOverSealed(lsn)
          continue
        }
        if (frame === 'unreadable') host.log.error({ lsn }, 'a frame of the log is damaged')
        const applied = application.apply(lsn, frame === 'other' ? undefined : frame)
        outputs.add(lsn, applied)
        effects.actLogged(applied.effects)
        this.#parts.inquiries.begin(applied.inquiries)
        latency.note(arrivedMs, host.clock.monotonicMs())
      }
      if (this.#mustChange()) await this.#change()
      await outputs.room(this.#parts.signal)
      this.#considerCheckpoint()
    }
  }

  /** Samples that were sealed while this component was away, or before it came for the first time. */
  #stepOverSealed(lsn: number): void {
    const { application, host } = this.#parts
    const fields = { afterLsn: application.lsn, lsn }
    if (application.lsn === 0) host.log.info(fields, 'the log before this position is sealed')
    else host.log.error(fields, 'samples were sealed before they were processed; windows over them lack them')
    application.stepTo(lsn)
  }

  /**
   * Not before the position that the historian holds of an earlier run: up to it outputs are recomputed to be left
   * out, and they must be counted as they were made.
   */
  #mustChange(): boolean {
    const { application, outputs, orders } = this.#parts
    const wanted = this.#parts.wanted()
    if ((wanted === this.#agreed && orders.isEmpty) || application.lsn < outputs.heldLsn) return false
    if (hashOf(application.settings) !== hashOf(wanted)) return true
    this.#agreed = wanted
    return !orders.isEmpty
  }

  /** The change is on disk before any frame is processed under it, so a replay makes it at the same place. */
  async #change(): Promise<void> {
    const { application, host, wanted, orders, onSettings } = this.#parts
    await this.#writing
    if (hashOf(application.settings) !== hashOf(wanted())) {
      application.reconfigure(wanted())
      host.log.info(
        { lsn: application.lsn, config: hashOf(application.settings) },
        'other windows, detections and rules from here on',
      )
      onSettings()
    }
    const settle = orders.carryOut((command) => application.command(command))
    await this.#persist()
    settle()
  }

  /** Resolves once a checkpoint of now is on disk. */
  async #persist(): Promise<void> {
    const { host, signal } = this.#parts
    await retry(host.scheduler, {
      firstMs: CHECKPOINT_RETRY_MS,
      maxMs: CHECKPOINT_RETRY_MS_MAX,
      signal,
      attempt: () => this.#writeCheckpoint(),
      onFailure: (error, pauseMs) =>
        host.log.warn(
          { error: describeError(error), pauseMs },
          'the input waits until the checkpoint is written',
        ),
    })
  }

  #considerCheckpoint(): void {
    const { host, application, checkpointEveryMs, signal } = this.#parts
    const nowMs = host.clock.monotonicMs()
    if (this.#writing !== undefined || nowMs < this.#nextCheckpointMs || application.lsn === this.#savedLsn)
      return
    this.#writing = this.#writeCheckpoint()
      .catch((error) => {
        if (!signal.aborted)
          host.log.warn({ error: describeError(error) }, 'the checkpoint cannot be written for now')
      })
      .finally(() => {
        this.#writing = undefined
        this.#nextCheckpointMs = host.clock.monotonicMs() + checkpointEveryMs()
      })
  }

  /** The state of now, once its outputs are safe. Calls must not overlap. */
  async #writeCheckpoint(): Promise<void> {
    const { application, outputs, host, signal } = this.#parts
    const { lsn } = application
    this.#checkpoint.gather(application)
    const mark = outputs.flush()
    while (!outputs.isAcknowledged(mark)) await wait(host.scheduler, ACKNOWLEDGED_POLL_MS, signal)
    await this.#checkpoint.write()
    this.#savedLsn = lsn
  }

  /** After `follow` has ended: hands over what is left, and saves the state if all of it arrived. */
  async drain(timeoutMs: number): Promise<void> {
    const { application, outputs, sender, host } = this.#parts
    await this.#writing
    const mark = outputs.flush()
    const late = new AbortController()
    const timer = host.scheduler.schedule(() => late.abort(), timeoutMs)
    const isSent = await outputs.room(late.signal).then(
      () => true,
      () => false,
    )
    timer.unsubscribe()
    await sender.drain(isSent ? timeoutMs : 0)
    if (!outputs.isAcknowledged(mark)) {
      host.log.info({ lsn: this.#savedLsn }, 'the next start repeats the work since the last checkpoint')
      return
    }
    this.#checkpoint.gather(application)
    await this.#checkpoint.write()
  }
}
