import { connect } from 'node:net'
import { MqttClient } from 'mqtt'
import { BehaviorSubject, type Observable } from 'rxjs'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { CloudLink } from '../nucleus/cloud-link.ts'
import { topicMatches } from '../nucleus/pubsub/topic-filter.ts'

export interface MqttLinkOptions {
  readonly socketPath: string
  /** The core device's thing name, which is its MQTT client id. */
  readonly thing: string
}

/** A core device's connection to IoT Core that can be cut by hand. */
export interface MqttLink extends CloudLink {
  /** Breaks the connection and keeps it broken until `mend`. */
  cut(): void
  mend(): void
  /** True between `cut` and `mend`. */
  readonly isCut: boolean
  close(): Promise<void>
}

/** Between two attempts to connect: the broker is on the same machine. */
const RECONNECT_MS = 200

interface Subscription {
  readonly filter: string
  readonly onMessage: (topic: string, payload: Uint8Array) => void
}

/** Resolves once the first connection stands. */
export async function connectIotCore(options: MqttLinkOptions): Promise<MqttLink> {
  const link = new Link(options)
  link.mend()
  await link.connected()
  return link
}

/**
 * One MQTT client a connection: mqtt.js would keep unacknowledged messages and send them again by itself, where a
 * core device answers the component with an error and forgets.
 */
class Link implements MqttLink {
  readonly #options: MqttLinkOptions
  readonly #up = new BehaviorSubject(false)
  readonly #subscriptions = new Set<Subscription>()
  readonly #pending = new Set<(reason: Error) => void>()
  #client: MqttClient | undefined
  #retry: NodeJS.Timeout | undefined
  #isWanted = false

  constructor(options: MqttLinkOptions) {
    this.#options = options
  }

  get up$(): Observable<boolean> {
    return this.#up.asObservable()
  }

  get isCut(): boolean {
    return !this.#isWanted
  }

  connected(): Promise<void> {
    return new Promise((resolve) => {
      const subscription = this.#up.subscribe((up) => {
        if (!up) return
        resolve()
        queueMicrotask(() => subscription.unsubscribe())
      })
    })
  }

  mend(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    this.#connect()
  }

  cut(): void {
    this.#isWanted = false
    clearTimeout(this.#retry)
    this.#client?.end(true)
    this.#lost('the link is cut')
  }

  async close(): Promise<void> {
    this.#isWanted = false
    clearTimeout(this.#retry)
    const client = this.#client
    this.#lost('the link is closed')
    await client?.endAsync(true)
    this.#up.complete()
  }

  publish(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void> {
    return this.#whileUp((client) => client.publishAsync(topic, Buffer.from(payload), { qos }))
  }

  async subscribe(filter: string, onMessage: Subscription['onMessage']): Promise<{ close(): Promise<void> }> {
    await this.#whileUp((client) => client.subscribeAsync(filter, { qos: 1 }))
    const subscription = { filter, onMessage }
    this.#subscriptions.add(subscription)
    return {
      close: async () => {
        this.#subscriptions.delete(subscription)
        const isLast = ![...this.#subscriptions].some((other) => other.filter === filter)
        if (isLast && this.#up.value) await this.#whileUp((client) => client.unsubscribeAsync(filter))
      },
    }
  }

  #connect(): void {
    const { socketPath, thing } = this.#options
    const client = new MqttClient(() => connect(socketPath), {
      clientId: thing,
      clean: true,
      reconnectPeriod: 0,
      queueQoSZero: false,
    })
    this.#client = client
    client.on('connect', () => void this.#established(client))
    client.on('message', (topic, payload) => this.#deliver(topic, payload))
    // What follows an error is 'close'; without a listener it would end the process.
    client.on('error', () => {})
    client.on('close', () => {
      if (this.#client !== client) return
      this.#lost('the connection to IoT Core was lost')
      if (this.#isWanted) this.#retry = setTimeout(() => this.#connect(), RECONNECT_MS)
    })
  }

  async #established(client: MqttClient): Promise<void> {
    const filters = [...new Set([...this.#subscriptions].map(({ filter }) => filter))]
    try {
      if (filters.length > 0) await client.subscribeAsync(filters, { qos: 1 })
    } catch {
      // The connection is gone again; the next one renews the subscriptions.
      client.end(true)
      return
    }
    if (this.#client === client && this.#isWanted) this.#up.next(true)
  }

  #lost(reason: string): void {
    this.#client = undefined
    if (this.#up.value) this.#up.next(false)
    for (const reject of [...this.#pending]) reject(unreachable(reason))
    this.#pending.clear()
  }

  /** Never waits for a connection, nor longer than the one it began on. */
  async #whileUp(action: (client: MqttClient) => Promise<unknown>): Promise<void> {
    const client = this.#client
    if (client === undefined || !this.#up.value) throw unreachable('there is no connection to IoT Core')
    await new Promise<unknown>((resolve, reject) => {
      this.#pending.add(reject)
      action(client)
        .then(resolve, reject)
        .finally(() => this.#pending.delete(reject))
    })
  }

  #deliver(topic: string, payload: Uint8Array): void {
    for (const { filter, onMessage } of [...this.#subscriptions]) {
      if (topicMatches(filter, topic)) onMessage(topic, payload)
    }
  }
}

const unreachable = (reason: string): GenbaError => new GenbaError('GENBA_CLOUD_UNREACHABLE', reason)
