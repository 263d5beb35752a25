import { BusError } from '../../shared/component/bus-error.ts'
import type { Bus, BusSubscription } from '../../shared/component/host.ts'
import {
  checkFrameSize,
  cloudPublishFrameBytes,
  publishFrameBytes,
} from '../../shared/component/message-size.ts'
import type { Random } from './random.ts'
import {
  createPeerSubscription,
  disconnected,
  hopUs,
  type PeerSubscription,
  type VirtualBus,
} from './virtual-bus.ts'
import type { RunGuarded } from './virtual-scheduler.ts'
import { toWire } from './wire.ts'

/** One component's connection to the nucleus; it lives as long as the component's process. */
export interface BusConnection extends Bus {
  /** The process has ended: what is on its way down is dropped, what was sent stays sent. */
  hangUp(): void
}

/** As on Greengrass: a call that is not answered in this time has an unknown outcome. */
const CALL_TIMEOUT_US = 10_000_000
/** A client sees the lost connection, waits, connects and renews its subscriptions. */
const RECONNECT_US = { least: 200_000, most: 3_000_000 }

type Settle = (error?: BusError) => void

export function connectToBus(
  bus: VirtualBus,
  options: { readonly name: string; readonly random: Random; readonly runGuarded: RunGuarded },
): BusConnection {
  const { clock, cloud } = bus.world
  const { random } = options
  const subscriptions = new Set<PeerSubscription>()
  let isConnected = bus.isUp
  const calls = createCalls(bus, random, () => isConnected)
  const { call } = calls

  const loseConnection = () => {
    isConnected = false
    for (const subscription of subscriptions) subscription.isActive = false
    calls.disconnect()
  }
  const reconnect = () => {
    const startedIn = bus.generation
    clock.after(random.integer(RECONNECT_US.least, RECONNECT_US.most), () => {
      if (bus.generation !== startedIn) return
      isConnected = true
      for (const subscription of subscriptions) subscription.isActive = true
    })
  }
  const detach = bus.attach({
    name: options.name,
    runGuarded: options.runGuarded,
    subscriptions,
    downstreamArrivalUs: calls.downstreamArrivalUs,
    onNucleus: (isUp) => (isUp ? reconnect() : loseConnection()),
  })

  return {
    async publish(topic, payload) {
      checkFrameSize(publishFrameBytes(topic, payload), topic)
      const wire = toWire(payload)
      await call((answer) => {
        bus.route(options.name, topic, wire)
        answer()
      })
    },
    subscribe: (filter, onMessage) =>
      subscribe(call, subscriptions, createPeerSubscription(filter, onMessage)),
    async publishToCloud(topic, payload) {
      checkFrameSize(cloudPublishFrameBytes(topic, payload), topic)
      const copy = payload.slice()
      await call((answer) => {
        cloud.publish({ topic, payload: copy }, (isAcknowledged) => {
          if (isAcknowledged) answer()
          else answer(new BusError('GENBA_BUS_REFUSED', 'IoT Core cannot be reached'))
        })
      })
    },
    hangUp() {
      detach()
      for (const subscription of subscriptions) subscription.isActive = false
      subscriptions.clear()
    },
  }
}

/** Requests to the nucleus and their answers, each direction in order, each with its own delay and deadline. */
function createCalls(bus: VirtualBus, random: Random, isConnected: () => boolean) {
  const { clock, conditions } = bus.world
  const waiting = new Set<Settle>()
  let upstreamUs = 0
  let downstreamUs = 0
  const downstreamArrivalUs = () => {
    downstreamUs = Math.max(downstreamUs, clock.nowUs() + hopUs(random, conditions))
    return downstreamUs
  }
  const upstreamArrivalUs = () => {
    upstreamUs = Math.max(upstreamUs, clock.nowUs() + hopUs(random, conditions))
    return upstreamUs
  }
  /** `carryOut` happens at the nucleus and answers by its callback, once. */
  const call = (carryOut: (answer: Settle) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle: Settle = (error) => {
        if (!waiting.delete(settle)) return
        deadline.cancel()
        if (error === undefined) resolve()
        else reject(error)
      }
      const deadline = clock.after(CALL_TIMEOUT_US, () =>
        settle(new BusError('GENBA_BUS_TIMEOUT', 'the nucleus did not answer in time')),
      )
      waiting.add(settle)
      if (!isConnected()) return settle(disconnected())
      const sentIn = bus.generation
      clock.after(upstreamArrivalUs() - clock.nowUs(), () => {
        if (bus.generation !== sentIn) return
        carryOut((error) => {
          if (bus.generation !== sentIn || random.chance(conditions.bus.silenceProbability)) return
          clock.after(downstreamArrivalUs() - clock.nowUs(), () => settle(error))
        })
      })
    })
  return {
    call,
    downstreamArrivalUs,
    /** Every call under way fails. */
    disconnect(): void {
      for (const settle of [...waiting]) settle(disconnected())
    },
  }
}

/** Active once the nucleus has taken it, and forgotten when it did not or when it is closed. */
async function subscribe(
  call: ReturnType<typeof createCalls>['call'],
  subscriptions: Set<PeerSubscription>,
  subscription: PeerSubscription,
): Promise<BusSubscription> {
  const forget = () => {
    subscription.isActive = false
    subscriptions.delete(subscription)
  }
  try {
    await call((answer) => {
      subscription.isActive = true
      subscriptions.add(subscription)
      answer()
    })
  } catch (error) {
    forget()
    throw error
  }
  return { close: async () => forget() }
}
