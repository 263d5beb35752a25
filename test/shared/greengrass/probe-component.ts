import * as z from 'zod'
import type { Json } from '../../../shared/bytes/json.ts'
import { count } from '../../../shared/component/config-types.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Bus, Host } from '../../../shared/component/host.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'

/** A component for tests: does with its bus what it is told on one topic, and tells what came of it on another. */
export const PROBE_ORDERS = 'probe/orders'
export const PROBE_RESULTS = 'probe/results'

const Config = z.strictObject({ limit: count({ max: 100 }).prefault(1) })

export const probe = defineComponent({
  name: 'test.Probe',
  version: '3.2.1',
  config: Config,
  run: async (host: Host<z.output<typeof Config>>) => {
    const tell = (order: string, outcome: Json): Promise<void> =>
      host.bus.publish(PROBE_RESULTS, { json: { order, outcome } })
    const store = await host.store.open('probe')
    const key = Buffer.from('starts')
    const starts = Number(Buffer.from((await store.get(key)) ?? []).toString('utf8')) + 1
    await store.batch([{ type: 'put', key, value: Buffer.from(String(starts)) }], { sync: true })
    host.metrics.gauge('genba_probe_starts', 'Starts.', () => starts)
    await host.bus.subscribe(PROBE_ORDERS, ({ payload }) => {
      const order = 'json' in payload ? String(payload.json['order']) : `bytes ${payload.bytes.join(' ')}`
      void obey(order, host).then((outcome) => tell(order, outcome))
    })
    host.config$.subscribe(({ limit }) => void tell('config', limit))
    await host.lifecycle.ready()
    await tell('started', starts)
    return {
      drain: async () => {
        await tell('drained', starts)
        await store.close()
      },
    }
  },
})

const ORDERS: Readonly<Record<string, (bus: Bus, host: Host<unknown>) => Promise<unknown>>> = {
  large: (bus) => bus.publish('probe/large', { bytes: new Uint8Array(8000) }),
  values: (bus) => bus.publish('probe/large', { json: { list: Array.from({ length: 300 }, () => 0) } }),
  forbidden: (bus) => bus.publish('other/topic', { json: {} }),
  overhear: (bus) => bus.subscribe('other/topic', () => undefined),
  cloud: (bus) => bus.publishToCloud('cloud/probe', Buffer.from('from the probe')),
  file: (_, { files }) => files.read('/nowhere/at/all', 0, 10),
  module: async (_, { loadModule }) => loadModule('/nowhere/at/all.mjs'),
  fail: async (_, { lifecycle }) => lifecycle.fail(new GenbaError('GENBA_TEST', 'told to fail')),
}

async function obey(order: string, host: Host<unknown>): Promise<Json> {
  try {
    await ORDERS[order]?.(host.bus, host)
    return 'done'
  } catch (error) {
    return error instanceof GenbaError ? error.code : 'another error'
  }
}
