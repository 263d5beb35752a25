import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { BusMessage, BusPayload } from '../../../shared/component/host.ts'
import type { IntakeRefusal } from '../../../shared/contract/commit.ts'
import { HistorianRequest, type ProducerState } from '../../../shared/contract/historian-request.ts'
import { encodeReply } from '../../../shared/contract/reply.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Frame } from '../../../shared/frame/frame.ts'
import { NOTHING_HELD, receive } from '../../../shared/handoff/receive.ts'
import type { HistorianClient } from '../../../shared/reading/historian-client.ts'
import { wait } from '../../../shared/time/wait.ts'
import type { Random } from '../../../simulator/virtual/random.ts'
import type { VirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

export interface Faults {
  loss: number
  doubling: number
  refusal: number
  /** Longest way of a message; messages may overtake each other when it is above 1. */
  delayMs: number
}

export const NO_FAULTS: Faults = { loss: 0, doubling: 0, refusal: 0, delayMs: 1 }

/** A bus and a historian that follow the contract and nothing else, with faults. */
export class HistorianModel {
  faults: Faults = { ...NO_FAULTS }
  isUp = true
  boot = 1
  readonly log: Frame[] = []
  received = 0
  #refusal: IntakeRefusal | undefined
  readonly #held = new Map<string, ProducerState>()
  readonly #clock: VirtualClock
  readonly #random: Random
  readonly #listeners = new Set<(message: BusMessage) => void>()
  #pending: Uint8Array[] = []

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  kill(): void {
    this.isUp = false
    this.#pending = []
  }

  start(): void {
    this.isUp = true
    this.boot += 1
  }

  /** Says so to all, and takes no frames while it is of all. */
  refuse(refusal: IntakeRefusal | undefined): void {
    this.#refusal = refusal
    this.#announce([], [])
  }

  loseDisk(): void {
    this.#held.clear()
    this.log.length = 0
  }

  /** The values of the only column of every frame of a producer, in log order. */
  valuesOf(producer: string): number[] {
    return this.log
      .filter(({ header }) => header.producer === producer)
      .flatMap((frame) => (frame.body === 'samples' ? frame.columns : []))
      .flatMap(({ data }) => (data.kind === 'number' ? [...data.values] : []))
  }

  connect() {
    const listeners = new Set<(message: BusMessage) => void>()
    return {
      disconnect: () => {
        for (const listener of listeners) this.#listeners.delete(listener)
      },
      publish: async (topic: string, payload: BusPayload) => {
        if (this.#random.chance(this.faults.refusal)) throw new Error('the nucleus is away')
        if (topic.startsWith(Topic.feed('')) && 'bytes' in payload) {
          this.#carry(() => this.#take(payload.bytes.slice()))
        }
        if (topic === Topic.historianRequest && 'json' in payload) {
          this.#carry(() => this.#answer(payload.json))
        }
        await new Promise<void>((resolve) => this.#clock.after(500, resolve))
      },
      subscribe: async (filter: string, onMessage: (message: BusMessage) => void) => {
        const listener = (message: BusMessage) => {
          if (message.topic === filter) onMessage(message)
        }
        listeners.add(listener)
        this.#listeners.add(listener)
        return { close: async () => void this.#listeners.delete(listener) }
      },
      publishToCloud: async () => undefined,
    }
  }

  client(): HistorianClient {
    const scheduler = createVirtualScheduler(this.#clock, (run) => run())
    const none = async function* () {}
    return {
      producers: async (names, signal) => {
        do await wait(scheduler, 3, signal)
        while (!this.isUp)
        return names.map((name) => this.#stateOf(name))
      },
      log: none,
      range: none,
      tags: none,
      prove: none,
      verify: none,
      head: () => Promise.reject(new Error('this historian signs nothing')),
      backup: none,
      noteBoot: () => {},
      close: async () => undefined,
    }
  }

  #answer(json: JsonObject): void {
    const request = HistorianRequest.parse(json)
    if (!this.isUp || request.op !== 'producers') return
    const { id, replyTo } = request
    const producers = request.producers.map((name) => this.#stateOf(name))
    const page = { page: 0, last: true, end: true, cursor: '', headLsn: this.log.length }
    const bytes = encodeReply({ v: 1, id, ...page, producers }, [])
    this.#tell({ topic: replyTo, payload: { bytes } })
  }

  #tell(message: BusMessage): void {
    for (const listener of [...this.#listeners]) this.#carry(() => listener(message))
  }

  #stateOf(producer: string): ProducerState {
    const nothing = { position: '', frameCount: 0, sampleCount: 0, recordCount: 0 }
    return this.#held.get(producer) ?? { producer, ...NOTHING_HELD, ...nothing }
  }

  #carry(deliver: () => void): void {
    const { loss, doubling, delayMs } = this.faults
    if (this.#random.chance(loss)) return
    const times = this.#random.chance(doubling) ? 2 : 1
    for (let time = 0; time < times; time++) {
      this.#clock.after(this.#random.integer(1, Math.max(1, delayMs)) * 1000, deliver)
    }
  }

  #take(bytes: Uint8Array): void {
    if (!this.isUp) return
    this.received += 1
    this.#pending.push(bytes)
    if (this.#pending.length === 1) this.#clock.after(5000, () => this.#commit())
  }

  #commit(): void {
    if (!this.isUp) return
    const frames: [number, number, number][] = []
    const producers: string[] = []
    for (const bytes of this.#pending.splice(0)) {
      const frame = decodeFrame(bytes)
      const { producer, epoch, sequence, position } = frame.header
      if (!producers.includes(producer)) producers.push(producer)
      const before = this.#stateOf(producer)
      if (receive(before, frame.header) !== 'store' || this.#refusal?.of === 'all') continue
      this.log.push(frame)
      this.#held.set(producer, { ...before, epoch, sequence, position: position || before.position })
      frames.push([producers.indexOf(producer), epoch, sequence])
    }
    this.#announce(producers, frames)
  }

  #announce(producers: readonly string[], frames: readonly (readonly number[])[]): void {
    const held = producers.map((name, index) => [
      index,
      this.#stateOf(name).epoch,
      this.#stateOf(name).sequence,
    ])
    const refusal = this.#refusal === undefined ? {} : { refusal: { ...this.#refusal } }
    const message = { v: 1, boot: this.boot, producers, firstLsn: 1, frames, held, ...refusal }
    this.#tell({ topic: Topic.commit, payload: { json: message } })
  }
}
