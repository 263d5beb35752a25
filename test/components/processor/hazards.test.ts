import { describe, expect, it } from 'vitest'
import { processor } from '../../../components/processor/component.ts'
import { encodeText } from '../../../shared/bytes/text.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Bus, Host } from '../../../shared/component/host.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import type { ProcessorConfig } from '../../../shared/processing/config.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { machineRounds, recordsOf, SECOND_US, startSite } from './site.ts'

const CONFIGURATION = { windows: [{ size: '10s', allowedLateness: '1m' }], checkpointEvery: '300ms' }

const rounds = () => {
  const random = createRandom(11)
  return machineRounds(60, () => random.integer(0, 1000) / 1001)
}
const begin = () => startSite({ rounds: rounds(), configuration: CONFIGURATION, everyMs: 100 })

async function undisturbed(): Promise<readonly string[]> {
  const site = begin()
  await site.seconds(20)
  return recordsOf(await site.journal())
}

/** Opens the checkpoint of a processor that does not run. */
const openCheckpoint = (site: ReturnType<typeof begin>) =>
  site.world.disk.disks('genba.Processor').get('checkpoint')?.open() ?? createMemoryDisk().open()

const HEAD = encodeText('h')

describe('hazards of the processor', () => {
  it('leaves nothing to repeat when it is drained', async () => {
    const site = begin()
    await site.seconds(4)
    site.processor.restart()
    await site.seconds(0.2)
    const store = openCheckpoint(site)
    const head = JSON.parse(new TextDecoder().decode(await store.get(HEAD)))
    await store.close()
    expect(head.lsn).toBeGreaterThan(20)
    await site.seconds(30)
    expect(recordsOf(await site.journal())).toEqual(await undisturbed())
    expect(site.world.incidents).toEqual([])
  })

  it.each([
    ['of another version', '{"v":99}'],
    ['without its head', undefined],
  ])('drops a checkpoint %s and gives the same records from the beginning of the log', async (_, head) => {
    const site = begin()
    await site.seconds(4)
    site.processor.kill('killed', 2 * SECOND_US)
    const store = openCheckpoint(site)
    if (head === undefined) await store.batch([{ type: 'del', key: HEAD }], { sync: true })
    else await store.batch([{ type: 'put', key: HEAD, value: encodeText(head) }], { sync: true })
    await store.close()
    await site.seconds(30)
    expect(recordsOf(await site.journal())).toEqual(await undisturbed())
  })

  it('begins anew, loudly, when the log is not the one it has processed', async () => {
    const site = begin()
    await site.seconds(4)
    site.processor.kill('killed', 2 * SECOND_US)
    site.feeder.kill('killed', SECOND_US)
    site.historian.kill('killed')
    const journal = site.world.disk.directory('genba.Historian', 'journal').disk.open()
    await journal.clear({})
    await journal.close()
    await site.seconds(40)
    expect(recordsOf(await site.journal())).toEqual(await undisturbed())
    expect(
      site.world.incidents.map(({ component, text }) => [
        component,
        text.includes('GENBA_PROCESSOR_LOG_REPLACED'),
      ]),
    ).toEqual([['genba.Processor', true]])
  })

  it('notices by itself that the log has grown when no word of it arrives', async () => {
    let isDeaf = true
    const definition = defineComponent({
      ...processor,
      run: (host: Host<ProcessorConfig>) => {
        const subscribe: Bus['subscribe'] = (filter, onMessage) => {
          // The second subscription to commits is the sender's, which could not work without.
          const hears = filter !== Topic.allFeeds && !(filter === Topic.commit && isDeaf)
          if (filter === Topic.commit) isDeaf = false
          return host.bus.subscribe(filter, hears ? onMessage : () => {})
        }
        return processor.run({ ...host, bus: { ...host.bus, subscribe } })
      },
    })
    const site = startSite({ rounds: rounds(), configuration: CONFIGURATION, everyMs: 100, definition })
    await site.seconds(20)
    const position = await site.gauge('position_lsn')
    const journal = await site.journal()
    expect(position).toBe(journal.at(-1)?.lsn)
    expect(recordsOf(journal)).toEqual(await undisturbed())
  })
})
