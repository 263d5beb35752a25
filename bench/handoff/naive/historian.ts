import * as z from 'zod'
import { encodeText } from '../../../shared/bytes/text.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import { startOnGreengrass } from '../../../shared/greengrass/start.ts'
import type { StoreOperation } from '../../../shared/store/store.ts'
import { NAIVE_ACKNOWLEDGED, NAIVE_SAMPLES } from './topics.ts'

const KEY_DIGITS = 12

/**
 * Writes each sample as the JSON text it came as. It is spared one synchronous write a sample: all that arrived while
 * the previous write was under way go into the next one, and are acknowledged by one message.
 */
const naiveHistorian = defineComponent({
  name: 'bench.NaiveHistorian',
  version: '0.1.0',
  config: z.object({}),
  run: async (host) => {
    const store = await host.store.open('samples')
    let waiting: StoreOperation[] = []
    let count = 0
    let busy = false
    const writeAll = async (): Promise<void> => {
      busy = true
      while (waiting.length > 0) {
        const batch = waiting
        waiting = []
        await store.batch(batch, { sync: true })
        count += batch.length
        await host.bus.publish(NAIVE_ACKNOWLEDGED, { json: { upTo: count } })
      }
      busy = false
    }
    let received = 0
    await host.bus.subscribe(NAIVE_SAMPLES, ({ payload }) => {
      if (!('json' in payload)) return
      const key = encodeText(String(received++).padStart(KEY_DIGITS, '0'))
      waiting.push({ type: 'put', key, value: encodeText(JSON.stringify(payload.json)) })
      if (!busy) writeAll().catch((error) => host.lifecycle.fail(error))
    })
    await host.lifecycle.ready()
    return { drain: () => store.close() }
  },
})

await startOnGreengrass(naiveHistorian)
