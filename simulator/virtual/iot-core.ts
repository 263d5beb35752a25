import type { Conditions } from './conditions.ts'
import type { Random } from './random.ts'
import type { Trace } from './trace.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface CloudMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

/** IoT Core as a core device sees it: QoS 1, at least once, in order of first delivery. */
export interface VirtualIotCore {
  /** Calls back once with the outcome: false when the link is down or went down before the acknowledgement. */
  publish(message: CloudMessage, onOutcome: (acknowledged: boolean) => void): void
  readonly received: readonly CloudMessage[]
}

const TRIP_US = { least: 15_000, most: 90_000 }

export function createVirtualIotCore(world: {
  readonly clock: VirtualClock
  readonly random: Random
  readonly conditions: Conditions
  readonly trace: Trace
}): VirtualIotCore {
  const { clock, conditions, trace } = world
  const random = world.random.fork('iot-core')
  const received: CloudMessage[] = []
  let lastArrivalUs = 0

  const arrive = (message: CloudMessage) => {
    received.push(message)
    trace.note('cloud', message.topic, message.payload)
  }

  return {
    received,
    publish({ topic, payload }, onOutcome) {
      if (!conditions.cloud.linkUp) return onOutcome(false)
      const message = { topic, payload: payload.slice() }
      const arrivalUs = Math.max(lastArrivalUs, clock.nowUs() + random.integer(TRIP_US.least, TRIP_US.most))
      lastArrivalUs = arrivalUs
      clock.after(arrivalUs - clock.nowUs(), () => {
        if (!conditions.cloud.linkUp) return onOutcome(false)
        arrive(message)
        if (random.chance(conditions.cloud.duplicateProbability)) arrive(message)
        const isLost = random.chance(conditions.cloud.lostAcknowledgementProbability)
        clock.after(random.integer(TRIP_US.least, TRIP_US.most), () => {
          onOutcome(conditions.cloud.linkUp && !isLost)
        })
      })
    },
  }
}
