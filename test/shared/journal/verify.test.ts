import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore, StoreEntry } from '../../../shared/store/store.ts'
import { sealAll } from '../../support/seal-all.ts'
import { column, producerOf } from './frames.ts'

const LIMITS = { runSamples: 600, runFrames: 7, blockSamples: 640, chunkSamples: 500 }

/** 20 frames, of which 14 are sealed, in runs between appends; the same in every test. */
async function filled(): Promise<KeyValueStore> {
  const store = createMemoryDisk().open()
  const journal = await openJournal(store, { sealLimits: LIMITS })
  const [p, q] = [producerOf('p'), producerOf('q')]
  for (let i = 0; i < 20; i += 1) {
    const points = Array.from({ length: 100 }, (_, k) => [i * 100 + k, (i * 37 + k * k) % 100] as const)
    const frame = i % 5 === 4 ? q.records(`{"type":"x","id":"${i}"}`) : p.samples([column('line/a', points)])
    await journal.append([frame])
    if (i % 3 === 0) await journal.seal(Math.min(14, i))
  }
  await sealAll(journal, 14)
  return store
}

const everything = (store: KeyValueStore) => store.page({}, { maxEntries: 1e6, maxBytes: 1e9 })

describe('verification of a journal', () => {
  it('finds nothing where nothing was changed, and says what it has seen', async () => {
    const verified = await verifyJournal(await filled())
    expect(verified).toMatchObject({ samples: 1600, unproven: 0, problems: [], problemCount: 0 })
    expect(verified.frames + verified.chunks).toBeLessThan(verified.leaves)
    const journal = await openJournal(await filled())
    expect(verified.rootHash).toBe(Buffer.from(journal.proof.root()).toString('hex'))
    expect(verified.leaves).toBe(journal.proof.size)
  })

  it('of an empty store finds nothing', async () => {
    expect(await verifyJournal(createMemoryDisk().open())).toMatchObject({ frames: 0, problems: [] })
  })

  it('finds any bit of a frame, a chunk or a leaf that is another', async () => {
    const kinds = new Set<number>()
    for (const { key, value } of await everything(await filled())) {
      const kind = key[0] ?? 0
      if (![1, 8, 9, 11].includes(kind) || value.length === 0) continue
      kinds.add(kind)
      const store = await filled()
      const changed = Uint8Array.from(value)
      changed[7 % changed.length] = (changed[7 % changed.length] ?? 0) ^ 0x10
      await store.batch([{ type: 'put', key, value: changed }], { sync: true })
      expect((await verifyJournal(store)).problemCount).toBeGreaterThan(0)
    }
    expect([...kinds]).toEqual([1, 8, 9, 11])
  })

  it('finds whatever is missing of them, and names a frame and a chunk', async () => {
    const found: string[] = []
    for (const { key } of await everything(await filled())) {
      if (![1, 8, 9, 11].includes(key[0] ?? 0)) continue
      const store = await filled()
      await store.batch([{ type: 'del', key }], { sync: true })
      const { problems } = await verifyJournal(store)
      expect(problems).not.toEqual([])
      found.push(...problems.map(({ where, what }) => `${where} ${what}`))
    }
    expect(found).toContain('frame 17 is missing from the log')
    expect(found).toContain('frame 20 is missing from the log')
    expect(found).toContain('frame 5 is missing from the log')
    expect(found).toContain('proof the leaf 3 is missing or no hash')
    expect(found.some((problem) => /^chunks hold \d+ samples, not 1200$/.test(problem))).toBe(true)
    expect(found.some((problem) => /^tag line\/a has \d+ samples, not 1600$/.test(problem))).toBe(true)
  })

  it('finds a frame or a chunk that was put in the place of another', async () => {
    for (const kind of [1, 8]) {
      const store = await filled()
      const [a, b] = (await everything(store)).filter(({ key }) => key[0] === kind) as [
        StoreEntry,
        StoreEntry,
      ]
      const swapped = [
        { type: 'put' as const, key: a.key, value: b.value },
        { type: 'put' as const, key: b.key, value: a.value },
      ]
      await store.batch(swapped, { sync: true })
      const { problems } = await verifyJournal(store)
      expect(problems.map(({ what }) => what).join()).toMatch(/is not what leaf \d+ of the proof log says/)
    }
  })
})
