import type { SchedulerLike } from 'rxjs'
import type {
  Bus,
  BusMessage,
  BusSubscription,
  ComponentIdentity,
  Log,
  Metrics,
  QueueFigures,
} from '../component/host.ts'
import { type IntakeRefusal, parseCommit } from '../contract/commit.ts'
import { Topic } from '../contract/topics.ts'
import { describeError } from '../errors/genba-error.ts'
import { encodeContent } from '../frame/encode.ts'
import type { HistorianClient } from '../reading/historian-client.ts'
import type { KeyValueStore } from '../store/store.ts'
import type { Clock } from '../time/time.ts'
import { applyCommit } from './acknowledgements.ts'
import { type Admission, createAdmission } from './admission.ts'
import { Courier } from './courier.ts'
import { createDoubts, type Doubts } from './doubts.ts'
import { createEpochs } from './epochs.ts'
import { closedSender } from './errors.ts'
import { Outbox } from './outbox.ts'
import { Producers, type SendingProducer } from './producers.ts'
import type { Identity } from './receive.ts'
import { Refusals } from './refusals.ts'
import {
  ACK_TIMEOUT_MS,
  type SenderLimits,
  SPILL_AFTER_MS,
  WINDOW_BYTES,
  WINDOW_FRAMES,
} from './sender-limits.ts'
import { openSpill } from './spill.ts'
import { Spiller } from './spiller.ts'

/**
 * Hands frames to the historian: at least once over the bus, exactly once in its log. One first-in-first-out outbox
 * for all producers of a component; a frame leaves it when the historian has acknowledged it.
 */
export interface Sender {
  /**
   * Begins a new epoch of a producer; what an earlier opening returned must not be used any more. With `positioned`
   * it first waits until the historian has everything of earlier epochs, and says where the source resumes.
   *
   * @throws HandoffError `GENBA_HANDOFF_PRODUCER` for a name that no topic can carry, StoreError
   */
  open(producer: string, options: { readonly positioned: boolean }): Promise<SendingProducer>
  /** Says that nothing more will come from a producer, so that no window waits for it. */
  retire(producer: string): Promise<void>
  /** How full the outbox is: 0 empty, 1 at its bound. */
  pressure(): number
  figures(): QueueFigures
  /** Why the historian takes no frames, or not those of some priorities; undefined while it takes all. */
  refusal(): IntakeRefusal | undefined
  /** Waits up to `timeoutMs` for acknowledgements, spills what is left, and closes. */
  drain(timeoutMs: number): Promise<void>
}

export type { SendingProducer }

export interface SenderParts {
  readonly identity: ComponentIdentity
  readonly bus: Bus
  readonly scheduler: SchedulerLike
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** For epochs and spilled frames: keys that begin with `epoch/`, `frame/` and `settled`. */
  readonly store: KeyValueStore
  readonly client: HistorianClient
  readonly limits: SenderLimits
  /** Without it, frames are kept in memory only: for producers that can make them again. */
  readonly spill: boolean
}

/** @throws StoreError when the disk cannot be read */
export async function createSender(parts: SenderParts): Promise<Sender> {
  const outbox = await openOutbox(parts)
  const sender = new HandoffSender(parts, outbox)
  await sender.start()
  return sender
}

async function openOutbox({ spill, store, metrics, log }: SenderParts): Promise<Outbox> {
  if (!spill) return new Outbox(undefined)
  const damaged = metrics.counter('genba_handoff_damaged_frames_total', 'Spilled frames lost to a bad disk')
  const left = await openSpill(store, (order, error) => {
    damaged.add()
    log.error({ order, err: describeError(error) }, 'a spilled frame is damaged and lost')
  })
  if (left.frames > 0) {
    log.info({ frames: left.frames, bytes: left.bytes }, 'frames of an earlier run are sent first')
  }
  return new Outbox(left)
}

class HandoffSender implements Sender {
  readonly #parts: SenderParts
  readonly #outbox: Outbox
  readonly #closing = new AbortController()
  readonly #courier: Courier
  readonly #spiller: Spiller | undefined
  readonly #admission: Admission
  readonly #producers: Producers
  readonly #doubts: Doubts
  #subscription: BusSubscription | undefined
  #historianBoot: number | undefined
  readonly #refusals: Refusals

  constructor(parts: SenderParts, outbox: Outbox) {
    const { clock, metrics, store, limits } = parts
    const counter = (name: string, help: string) => metrics.counter(`genba_handoff_${name}_total`, help)
    const epochs = createEpochs(store, () => clock.wallUs())
    const { signal } = this.#closing
    this.#parts = parts
    this.#outbox = outbox
    this.#courier = new Courier({
      ...parts,
      outbox,
      credit: { frames: limits.windowFrames ?? WINDOW_FRAMES, bytes: limits.windowBytes ?? WINDOW_BYTES },
      ackTimeoutMs: limits.ackTimeoutMs ?? ACK_TIMEOUT_MS,
      sent: counter('frames_sent', 'Frames published, for the first time or again'),
    })
    this.#refusals = new Refusals({ ...parts, outbox, courier: this.#courier })
    if (parts.spill) {
      this.#spiller = new Spiller({
        ...parts,
        outbox,
        spillBytesMax: limits.spillBytes,
        spillAfterMs: limits.spillAfterMs ?? SPILL_AFTER_MS,
        spilled: counter('spilled_bytes', 'Bytes of frames written to the outbox on disk'),
        onRoom: () => this.#admission.changed(),
      })
    }
    this.#admission = createAdmission(outbox, this.#spiller, limits)
    const onAppended = () => this.#onAppended()
    this.#producers = new Producers({
      ...parts,
      epochs,
      outbox,
      signal,
      onAppended,
      admission: this.#admission,
    })
    this.#doubts = createDoubts({
      ...parts,
      outbox,
      signal,
      renumbered: counter('renumbered_frames', 'Frames sent under a new number'),
      nextEpoch: (producer, atLeast) => epochs.next(producer, atLeast),
      onRenumbered: (producer, identity) => this.#producers.renumbered(producer, identity),
      onRenumberingEnd: () => this.#courier.wake(),
      onHeld: (producer, held) => this.#onHeld(producer, held),
    })
  }

  async start(): Promise<void> {
    this.#subscription = await this.#parts.bus.subscribe(Topic.commit, (message) => this.#onCommit(message))
    this.#courier.wake()
  }

  open(producer: string, options: { readonly positioned: boolean }): Promise<SendingProducer> {
    return this.#producers.open(producer, options)
  }

  async retire(producer: string): Promise<void> {
    const sending = await this.#producers.open(producer, { positioned: false })
    await sending.send(
      encodeContent({ body: 'samples', columns: [], completeBeforeUs: Infinity, position: '' }),
    )
    this.#parts.log.info({ producer }, 'the producer is retired')
  }

  refusal(): IntakeRefusal | undefined {
    return this.#refusals.current
  }

  pressure(): number {
    return this.#admission.pressure()
  }

  figures(): QueueFigures {
    const { depth, memoryBytes, spillBytes, sinceUs } = this.#outbox
    const ageUs = sinceUs === undefined ? 0 : this.#parts.clock.wallUs() - sinceUs
    const ageMs = Math.max(0, Math.round(ageUs / 1000))
    return { depth, bytes: memoryBytes + spillBytes, ageMs, limitBytes: this.#admission.limitBytes }
  }

  async drain(timeoutMs: number): Promise<void> {
    if (this.#closing.signal.aborted) return
    const { scheduler, log } = this.#parts
    await this.#admission.until(() => this.#outbox.depth === 0, { scheduler, timeoutMs })
    this.#closing.abort(closedSender())
    this.#admission.close()
    this.#courier.stop()
    await this.#spiller?.finish()
    const { depth: frames, spillBytes, liveMemoryBytes } = this.#outbox
    if (frames > 0) log.info({ frames, spillBytes }, 'frames stay unacknowledged')
    if (liveMemoryBytes > 0) log.error({ liveMemoryBytes }, 'frames that cannot be made again are lost')
    await this.#subscription?.close()
  }

  #onAppended(): void {
    this.#spiller?.watch()
    this.#courier.wake()
  }

  #onCommit({ payload }: BusMessage): void {
    const commit = 'json' in payload ? parseCommit(payload.json) : undefined
    if (commit === undefined) {
      this.#parts.log.warn({ topic: Topic.commit }, 'a message could not be read and was dropped')
      return
    }
    for (const { producer, meaning } of applyCommit(commit, this.#outbox, (name) => this.#isOwn(name))) {
      if (meaning === 'acknowledged') this.#onProgress()
      if (meaning === 'gap' && commit.refusal?.of !== 'all') this.#courier.resend(producer)
      if (meaning === 'doubt') this.#doubts.settle(producer)
    }
    const isNewBoot = this.#historianBoot !== undefined && this.#historianBoot !== commit.boot
    this.#historianBoot = commit.boot
    this.#parts.client.noteBoot(commit.boot)
    this.#refusals.note(commit.refusal)
    if (isNewBoot) this.#courier.resendAll()
    this.#admission.changed()
  }

  #isOwn(producer: string): boolean {
    return this.#producers.has(producer) || this.#outbox.window.oldestOf(producer) !== undefined
  }

  #onHeld(producer: string, held: Identity): void {
    if (this.#outbox.acknowledge(producer, held) > 0) this.#onProgress()
    this.#admission.changed()
  }

  #onProgress(): void {
    this.#courier.progress()
    this.#spiller?.progress()
    this.#outbox.settle(false).catch((error) => {
      this.#parts.log.warn({ err: describeError(error) }, 'acknowledged frames stay on disk for now')
    })
  }
}
