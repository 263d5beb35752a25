import { firstValueFrom } from 'rxjs'
import { defineComponent } from '../../shared/component/define-component.ts'
import type { Host } from '../../shared/component/host.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { FitnessCheck } from './check.ts'
import { GatewayConfig } from './config.ts'
import { openMemory } from './memory.ts'

/** Judges after each start and update whether the gateway works, and ends: well, or with the reason. */
export const gateway = defineComponent({
  name: 'genba.Gateway',
  version: '0.1.0',
  config: GatewayConfig,
  run,
})

async function run(host: Host<GatewayConfig>) {
  const { bus } = host
  const settings = await firstValueFrom(host.config$)
  const memory = await openMemory(await host.store.open('fitness'))
  const check = new FitnessCheck({ host, memory, settings })
  const health = await bus.subscribe(Topic.allHealth, ({ payload }) => check.hear(payload))
  check.start()
  return {
    async drain() {
      check.stop()
      await health.close()
      await memory.close()
    },
  }
}
