import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashKey } from '../../../shared/proof/keys.ts'
import { leafHash } from '../../../shared/proof/merkle.ts'
import { openProofLog } from '../../../shared/proof/proof-log.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { createMemoryDisk, createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { storeWith } from '../../support/store-with.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { append, entriesOf, hex, logOf, numbered, PREFIX } from './logs.ts'
import { createModel } from './model.ts'
import { testProofLog } from './proof-log-contract.ts'

testProofLog('a disk in memory', async () => {
  const disk = createMemoryDisk()
  return { open: async () => disk.open(), remove: async () => {} }
})

testProofLog('LevelDB', async () => {
  const folder = temporaryFolder()
  return { open: () => openLevelStore(folder.path), remove: async () => folder.remove() }
})

describe('the store of a proof log', () => {
  it('is the same however its leaves were divided into drafts', async () => {
    const leaves = numbered(1100)
    const whole = await textsOf((await logOf(leaves, leaves.length)).store)
    // 1,100 leaves and four complete parts of 256.
    expect(whole).toHaveLength(1104)
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(steps, async (counts) => {
        const store = createMemoryStore()
        const log = await openProofLog(store, { prefix: PREFIX })
        let at = 0
        for (const count of [...counts, leaves.length]) {
          const thrownAway = log.draft()
          thrownAway.append(leafHash(Buffer.from('never written')))
          await append(log, store, leaves.slice(at, at + count), Math.max(1, count))
          at = Math.min(leaves.length, at + count)
        }
        expect(await textsOf(store)).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })

  it('has each key written once', async () => {
    const store = createMemoryStore()
    const written: string[] = []
    const watched = storeWith(store, {
      batch: (operations, options) => {
        for (const { key } of operations) written.push(hex(key))
        return store.batch(operations, options)
      },
    })
    await append(await openProofLog(watched, { prefix: PREFIX }), watched, numbered(66_000), 1000)
    expect(new Set(written).size).toBe(written.length)
    expect(written).toHaveLength(66_000 + Math.floor(66_000 / 256) + 1)
    expect(written.toSorted()).toEqual((await entriesOf(store)).map(({ key }) => hex(key)))
  })

  it('is opened and read with few pages, none of more than 256 hashes', async () => {
    const { store } = await logOf(numbered(66_000), 1000)
    const pages: number[] = []
    const watched = storeWith(store, {
      page: async (range, limits) => {
        const page = await store.page(range, limits)
        pages.push(page.length)
        return page
      },
    })
    const log = await openProofLog(watched, { prefix: PREFIX })
    expect(pages.length).toBeLessThanOrEqual(4)
    for (const read of [
      () => log.inclusionProof(31_337, 65_999),
      () => log.consistencyProof(31_337, 65_999),
      () => log.rootAt(65_535),
    ]) {
      pages.length = 0
      await read()
      expect(pages.length).toBeLessThanOrEqual(6)
      expect(Math.max(...pages)).toBeLessThanOrEqual(256)
    }
  })
})

describe('a draft of a proof log', () => {
  it('knows the indexes, the size and the root that its commit will bring', async () => {
    const leaves = numbered(300)
    const { log, store } = await logOf(leaves.slice(0, 250))
    const draft = log.draft()
    expect(leaves.slice(250).map((leaf) => draft.append(leafHash(leaf)))).toEqual(
      Array.from({ length: 50 }, (_, i) => 250 + i),
    )
    expect([draft.size, log.size]).toEqual([300, 250])
    expect(hex(draft.root())).toBe(createModel(leaves).root(300))
    await store.batch(draft.operations(), { sync: true })
    expect(log.size).toBe(250)
    draft.commit()
    expect(log.size).toBe(300)
    expect(hex(log.root())).toBe(hex(draft.root()))
  })

  it('leaves nothing behind when it is thrown away', async () => {
    const { log, store } = await logOf(numbered(255))
    const before = [await entriesOf(store), log.size, hex(log.root())]
    const draft = log.draft()
    for (const leaf of numbered(600)) draft.append(leafHash(leaf))
    expect(draft.operations()).toHaveLength(603)
    expect([await entriesOf(store), log.size, hex(log.root())]).toEqual(before)
    await append(log, store, numbered(300).slice(255))
    expect(hex(log.root())).toBe(createModel(numbered(300)).root(300))
  })

  it('leaves the log as it was when the store refuses the batch, and the leaves can be given again', async () => {
    const store = createMemoryStore()
    let isFull = false
    const filling = storeWith(store, {
      batch: async (operations, options) => {
        if (isFull) throw new StoreError('GENBA_STORE_FULL', 'no space')
        await store.batch(operations, options)
      },
    })
    const leaves = numbered(600)
    const log = await openProofLog(filling, { prefix: PREFIX })
    await append(log, filling, leaves.slice(0, 200))
    isFull = true
    await expect(append(log, filling, leaves.slice(200))).rejects.toMatchObject({ code: 'GENBA_STORE_FULL' })
    expect([log.size, hex(log.root())]).toEqual([200, createModel(leaves).root(200)])
    isFull = false
    await log.reload()
    expect(log.size).toBe(200)
    await append(log, filling, leaves.slice(200))
    expect(hex(log.root())).toBe(createModel(leaves).root(600))
  })

  it('is found by a reload when the store held the refused batch all the same', async () => {
    const { log, store } = await logOf(numbered(200))
    const draft = log.draft()
    for (const leaf of numbered(400).slice(200)) draft.append(leafHash(leaf))
    await store.batch(draft.operations(), { sync: true })
    await log.reload()
    expect([log.size, hex(log.root())]).toEqual([400, createModel(numbered(400)).root(400)])
    expect(() => draft.commit()).toThrow('the log has changed')
  })

  it('is refused where its leaves would not be, or not only, what was written', async () => {
    const { log } = await logOf(numbered(3))
    const leaf = leafHash(Buffer.from('leaf'))
    const [first, second, third] = [log.draft(), log.draft(), log.draft()]
    for (const draft of [first, second, third]) draft.append(leaf)
    expect(() => first.commit()).toThrow('never taken')
    first.operations()
    expect(() => first.append(leaf)).toThrow('after the operations were taken')
    first.commit()
    expect(() => first.commit()).toThrow('the log has changed')
    expect(() => second.operations()).toThrow('the log has changed')
    expect(() => third.commit()).toThrow('the log has changed')
    expect(() => log.draft().append(new Uint8Array(31))).toThrow(TypeError)
    expect(log.size).toBe(4)
    await expect(openProofLog(createMemoryStore(), { prefix: 256 })).rejects.toThrow('256 is no byte')
  })

  it('keeps its leaves when their giver uses the buffer again', async () => {
    const { log, store } = await logOf([])
    const buffer = leafHash(Buffer.from('leaf'))
    const before = hex(buffer)
    const draft = log.draft()
    draft.append(buffer)
    buffer.fill(0)
    await store.batch(draft.operations(), { sync: true })
    draft.commit()
    log.root().fill(0)
    expect([hex(await log.leafAt(0)), hex(log.root())]).toEqual([before, before])
  })
})

describe('a read of a proof log', () => {
  it('refuses sizes and indexes that the log does not have, and says which it has', async () => {
    const { log } = await logOf(numbered(5))
    const refusals: readonly (readonly [() => Promise<unknown>, string, string])[] = [
      [() => log.rootAt(6), 'size', 'a whole number from 0 to 5'],
      [() => log.rootAt(-1), 'size', 'a whole number from 0 to 5'],
      [() => log.leafAt(5), 'index', 'a whole number from 0 to 4'],
      [() => log.leafAt(0.5), 'index', 'a whole number from 0 to 4'],
      [() => log.inclusionProof(3, 3), 'index', 'a whole number from 0 to 2'],
      [() => log.inclusionProof(0, 0), 'size', 'a whole number from 1 to 5'],
      [() => log.consistencyProof(4, 3), 'oldSize', 'a whole number from 0 to 3'],
      [() => log.consistencyProof(4, Number.NaN), 'newSize', 'a whole number from 0 to 5'],
    ]
    for (const [read, where, expected] of refusals) {
      await expect(read()).rejects.toMatchObject({ code: 'GENBA_PROOF_RANGE', issues: [{ where, expected }] })
    }
  })

  it('says which hash is missing or damaged, and gives no proof over it', async () => {
    for (const [level, index, place] of [
      [0, 600, 'leaf 600'],
      [1, 1, 'part 1 of 256 leaves'],
    ] as const) {
      const { log, store } = await logOf(numbered(700))
      const key = hashKey(PREFIX, level, index)
      for (const operation of [
        { type: 'put', key, value: new Uint8Array(31) },
        { type: 'del', key },
      ] as const) {
        await store.batch([operation], { sync: true })
        const expected = {
          code: 'GENBA_PROOF_DAMAGED',
          issues: [{ expected: expect.stringContaining(place), where: `key ${hex(key)}` }],
        }
        await expect(log.rootAt(700)).rejects.toMatchObject(expected)
        await expect(log.inclusionProof(2, 700)).rejects.toMatchObject(expected)
        await expect(openProofLog(store, { prefix: PREFIX })).rejects.toMatchObject(expected)
      }
      if (level === 0) await expect(log.leafAt(index)).rejects.toMatchObject({ code: 'GENBA_PROOF_DAMAGED' })
    }
  })
})

/** Every entry as one text, which compares faster than bytes. */
const textsOf = async (store: KeyValueStore): Promise<readonly string[]> =>
  (await entriesOf(store)).map(({ key, value }) => `${hex(key)} ${hex(value)}`)
