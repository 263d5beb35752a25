import { mkdirSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { storeCommand } from '../../../simulator/cli/commands/store.ts'
import { listenForControl, sendJson } from '../../../simulator/cli/control-server.ts'
import { HealthBoard } from '../../../simulator/cli/health-board.ts'
import { directoryBytes } from '../../../simulator/cli/store/directory-size.ts'
import { readRunningStats } from '../../../simulator/cli/store/stats.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { printedBy } from './command-world.ts'
import { storeWorld } from './store-world.ts'

const world = storeWorld()
const { folder, samplesOf, stateOf, stats, withJournal } = world
afterAll(folder.remove)

/** Three samples of two tags in the journal; what a gateway has that stopped at once. */
async function unsealed(name: string): Promise<number> {
  const producer = producerOf('genba.Collector/press')
  const frames = [
    producer.samples([column('a', [[3_000_000, 1]])]),
    producer.samples([column('a', [[1_000_000, 2]]), column('b', [[2_000_000, 3]])]),
  ]
  await withJournal(name, (journal) => journal.append(frames))
  return frames.reduce((sum, { length }) => sum + length, 0)
}

describe('the figures of a store', () => {
  it('say by level what is stored, and how old it is', async () => {
    const bytes = await unsealed('journal')
    const bytesOnDisk = directoryBytes(stateOf('journal').historianStore)
    const figures = await stats('journal')
    expect(figures).toEqual({
      v: 1,
      samples: 3,
      tags: 2,
      bytesOnDisk: expect.any(Number),
      bytesPerSample: figures.bytesOnDisk / 3,
      byLevel: { journal: { samples: 3, bytes }, chunks: { samples: 0, bytes: 0, count: 0 } },
      oldestUs: 1_000_000,
      newestUs: 3_000_000,
      forecast: { kind: 'unknown', reason: 'fewer than 3 samples in the last 7 days' },
    })
    expect(figures.bytesOnDisk).toBeGreaterThanOrEqual(bytesOnDisk)
  })

  it('count chunks once samples are sealed', async () => {
    await unsealed('sealed')
    const sealing = await withJournal('sealed', async (journal) => {
      await journal.seal(journal.headLsn)
      return journal.sealing
    })
    expect((await stats('sealed')).byLevel).toEqual({
      journal: { samples: 2, bytes: expect.any(Number) },
      chunks: { samples: 1, bytes: sealing.chunkBytes, count: 1 },
    })
  })

  it('have no times and no bytes a sample when nothing is stored', async () => {
    await withJournal('empty', async () => {})
    expect(await stats('empty')).toMatchObject({
      samples: 0,
      tags: 0,
      bytesPerSample: null,
      oldestUs: null,
      newestUs: null,
    })
  })

  it('are a page for people', async () => {
    const file = folder.write('page.csv', 'time,a\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,2\n')
    await world.importFile('page', file)
    const page = await printedBy(storeCommand, 'stats', '--state', stateOf('page').path)
    expect(page.replace(/[\d.]+ (k?B|bytes a sample)/g, '…')).toMatchInlineSnapshot(`
      "2 samples of 1 tag
      … on disk, …
      oldest 2026-01-01T00:00:00.000Z, newest 2026-01-01T00:00:01.000Z
      the disk: unknown: fewer than 3 samples in the last 7 days

      level    samples  bytes  bytes a sample  chunks
      journal  0        …
      chunks   2        …   27.00           1
      "
    `)
  })

  it('are asked of a running gateway', async () => {
    const state = stateOf('running')
    mkdirSync(state.greengrass, { recursive: true })
    const board = new HealthBoard(() => 0)
    let isObserved = false
    async function* tags() {
      yield [
        { tag: 'a', firstTimeUs: 5, lastTimeUs: 9, sampleCount: 10 },
        { tag: 'never', firstTimeUs: Infinity, lastTimeUs: -Infinity, sampleCount: 0 },
      ]
    }
    const others = { producers: refused, log: refused, range: refused, noteBoot: refused, close: refused }
    const historian = { tags, ...others, prove: refused, verify: refused, head: refused, backup: refused }
    const disk = [0, 12, 24].map((hour) => ({ timeUs: hour * 3_600_000_000, usedBytes: hour }))
    const law = { ask: async () => ({ observedDisk: isObserved ? disk : [] }) }
    const read = () => readRunningStats({ state, board, historian, law }, AbortSignal.timeout(10_000))
    const control = await listenForControl(state.path)
    control.serve(new Map([['GET /store', async (_request, response) => sendJson(response, await read())]]))
    try {
      await expect(stats('running')).rejects.toMatchObject({ code: 'GENBA_GATEWAY_BUSY' })
      const metrics = { samples_stored: 10, samples_sealed: 8, chunks: 1, chunk_bytes: 16, store_bytes: 50 }
      board.take({
        v: 1,
        component: 'genba.Historian',
        version: '1.2.3',
        metrics: Object.fromEntries(
          Object.entries(metrics).map(([name, value]) => [`genba_historian_${name}`, value]),
        ),
        queues: [],
      })
      expect(await stats('running')).toMatchObject({
        samples: 10,
        tags: 2,
        byLevel: { journal: { samples: 2, bytes: 10 }, chunks: { samples: 8, bytes: 16, count: 1 } },
        oldestUs: 5,
        newestUs: 9,
        forecast: { kind: 'unknown', reason: 'fewer than 3 samples in the last 7 days' },
      })
      isObserved = true
      // A byte an hour fills no disk in a hundred years.
      expect(await stats('running')).toMatchObject({ forecast: { kind: 'never', bytesPerDay: 24 } })
    } finally {
      await control.close()
    }
  })

  it('need a store that nobody else has open', async () => {
    await unsealed('open')
    await withJournal('open', async () => {
      await expect(stats('open')).rejects.toMatchObject({ code: 'GENBA_GATEWAY_RUNNING' })
      await expect(samplesOf('open')).rejects.toMatchObject({
        code: 'GENBA_GATEWAY_RUNNING',
        issues: [{ mend: expect.stringContaining(`genba stop --state ${stateOf('open').path}`) }],
      })
    })
  })

  it('need a gateway that has stored something', async () => {
    await expect(stats('nowhere')).rejects.toMatchObject({ code: 'GENBA_STATE_MISSING' })
    mkdirSync(stateOf('bare').greengrass, { recursive: true })
    await expect(stats('bare')).rejects.toMatchObject({ code: 'GENBA_STATE_MISSING' })
  })
})

function refused(): never {
  throw new Error('this is not asked')
}
