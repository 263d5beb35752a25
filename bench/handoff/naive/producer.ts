import * as z from 'zod'
import { defineComponent } from '../../../shared/component/define-component.ts'
import { startOnGreengrass } from '../../../shared/greengrass/start.ts'
import { NAIVE_ACKNOWLEDGED, NAIVE_SAMPLES } from './topics.ts'

/** Publishes at once; samples not yet acknowledged: enough to keep every process busy, few enough to stay in memory. */
const IN_FLIGHT_MAX = 64
const UNACKNOWLEDGED_MAX = 2_000

/** What a first attempt at this gateway looks like: one JSON message a sample, kept until acknowledged. */
const naiveProducer = defineComponent({
  name: 'bench.NaiveProducer',
  version: '0.1.0',
  config: z.object({ tags: z.number().default(1000) }),
  run: async (host) => {
    let sent = 0
    let acknowledged = 0
    let wake: () => void = () => {}
    await host.bus.subscribe(NAIVE_ACKNOWLEDGED, ({ payload }) => {
      if ('json' in payload) acknowledged = Number(payload.json['upTo'])
      wake()
    })
    const publishForEver = async (): Promise<void> => {
      for (;;) {
        while (sent - acknowledged >= UNACKNOWLEDGED_MAX)
          await new Promise<void>((resolve) => (wake = resolve))
        const number = ++sent
        const value = Math.round(Math.sin(number / 500) * 1_000) / 100
        const json = { tag: `line1/tag${number % 1000}`, timeUs: host.clock.wallUs(), value, quality: 'good' }
        await host.bus.publish(NAIVE_SAMPLES, { json })
      }
    }
    for (let lane = 0; lane < IN_FLIGHT_MAX; lane++)
      publishForEver().catch((error) => host.lifecycle.fail(error))
    await host.lifecycle.ready()
    return { drain: async () => {} }
  },
})

await startOnGreengrass(naiveProducer)
