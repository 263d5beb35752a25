import { BusError } from '../../shared/component/bus-error.ts'
import type { BusMessage } from '../../shared/component/host.ts'
import type { Conditions } from './conditions.ts'
import type { VirtualIotCore } from './iot-core.ts'
import type { Random } from './random.ts'
import { compileFilter } from './topic-filter.ts'
import type { Trace } from './trace.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { RunGuarded } from './virtual-scheduler.ts'
import { fromWire, type WirePayload, wireText } from './wire.ts'

/** What a bus needs of the world it is in. */
export interface BusWorld {
  readonly clock: VirtualClock
  readonly random: Random
  readonly conditions: Conditions
  readonly trace: Trace
  readonly cloud: VirtualIotCore
}

/** The nucleus's side of local publish/subscribe and of MQTT: it routes, and it may be away for a while. */
export interface VirtualBus {
  readonly world: BusWorld
  /** Grows with every stop of the nucleus: what was on its way before is lost. */
  readonly generation: number
  readonly isUp: boolean
  stop(): void
  start(): void
  attach(peer: Peer): () => void
  /** Sees every message that the nucleus takes, before anyone receives it. */
  watch(watcher: (from: string, topic: string, payload: WirePayload) => void): void
  /** Called when a publish has reached the nucleus. */
  route(from: string, topic: string, payload: WirePayload): void
}

/** One component's end, as the nucleus sees it. */
export interface Peer {
  readonly name: string
  readonly runGuarded: RunGuarded
  readonly subscriptions: ReadonlySet<PeerSubscription>
  /** Virtual instant at which the next thing sent down this connection arrives; keeps the order of a stream. */
  downstreamArrivalUs(): number
  onNucleus(isUp: boolean): void
}

export interface PeerSubscription {
  readonly filter: string
  readonly matches: (topic: string) => boolean
  readonly onMessage: (message: BusMessage) => void
  /** False until the nucleus has it, and while the connection is lost. */
  isActive: boolean
}

const HOP_US = { least: 100, most: 1500 }

/** How long one hop over a local socket takes at present. */
export function hopUs(random: Random, conditions: Conditions): number {
  const usual = random.integer(HOP_US.least, HOP_US.most)
  const { delayProbability, delayMeanUs } = conditions.bus
  return random.chance(delayProbability) ? usual + Math.round(random.exponential(delayMeanUs)) : usual
}

export const disconnected = (): BusError =>
  new BusError('GENBA_BUS_DISCONNECTED', 'there is no connection to the nucleus')

export function createVirtualBus(world: BusWorld): VirtualBus {
  const { clock, conditions, trace } = world
  const random = world.random.fork('bus')
  const peers = new Set<Peer>()
  const watchers: ((from: string, topic: string, payload: WirePayload) => void)[] = []
  let generation = 0
  let isUp = true

  const deliver = (peer: Peer, subscription: PeerSubscription, topic: string, payload: WirePayload) => {
    const sentIn = generation
    clock.after(peer.downstreamArrivalUs() - clock.nowUs(), () => {
      if (generation !== sentIn || !subscription.isActive) return
      trace.note(peer.name, 'receives', topic)
      peer.runGuarded(() => subscription.onMessage({ topic, payload: fromWire(payload) }))
    })
  }

  return {
    world,
    get generation() {
      return generation
    },
    get isUp() {
      return isUp
    },
    stop() {
      isUp = false
      generation += 1
      for (const peer of peers) peer.onNucleus(false)
    },
    start() {
      isUp = true
      for (const peer of peers) peer.onNucleus(true)
    },
    attach(peer) {
      peers.add(peer)
      return () => peers.delete(peer)
    },
    watch(watcher) {
      watchers.push(watcher)
    },
    route(from, topic, payload) {
      trace.note(from, `publishes ${topic}`, wireText(payload))
      for (const watcher of watchers) watcher(from, topic, payload)
      for (const peer of peers) {
        for (const subscription of peer.subscriptions) {
          if (!subscription.isActive || !subscription.matches(topic)) continue
          if (random.chance(conditions.bus.lossProbability)) {
            trace.note(peer.name, 'misses', topic)
            continue
          }
          deliver(peer, subscription, topic, payload)
          if (random.chance(conditions.bus.duplicateProbability)) deliver(peer, subscription, topic, payload)
        }
      }
    },
  }
}

/** A subscription that waits for the nucleus. */
export const createPeerSubscription = (
  filter: string,
  onMessage: (message: BusMessage) => void,
): PeerSubscription => ({ filter, matches: compileFilter(filter), onMessage, isActive: false })
