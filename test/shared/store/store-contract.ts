import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeyRange, KeyValueStore, StoreOperation } from '../../../shared/store/store.ts'

/** One place on a disk (real or not) that a store can be opened on again and again. */
export interface StoreBench {
  open(): Promise<KeyValueStore>
  /** Death of the process that has the store open; only where the traits say so. */
  kill?(): void
  /** Power loss; only where the traits say so. */
  losePower?(): void
  remove(): Promise<void>
}

const key = (...bytes: number[]) => Uint8Array.from(bytes)
const put = (at: Uint8Array, value: Uint8Array): StoreOperation => ({ type: 'put', key: at, value })
const del = (at: Uint8Array): StoreOperation => ({ type: 'del', key: at })
const SYNC = { sync: true }
const MANY = { maxEntries: 1000, maxBytes: 1 << 20 }

/** What every `KeyValueStore` must do; with `dies`, also what it must keep through deaths within one process. */
export function testStore(
  name: string,
  factory: () => Promise<StoreBench>,
  traits: { readonly dies: boolean } = { dies: false },
): void {
  describe(`a store on ${name}`, () => {
    let bench: StoreBench
    let store: KeyValueStore

    beforeEach(async () => {
      bench = await factory()
      store = await bench.open()
    })
    afterEach(async () => {
      await store.close()
      await bench.remove()
    })

    const keys = async (range: KeyRange, limits = MANY) =>
      (await store.page(range, limits)).map((entry) => [...entry.key])

    async function fill(...all: Uint8Array[]) {
      await store.batch(
        all.map((at) => put(at, at)),
        SYNC,
      )
    }

    async function reopen() {
      await store.close()
      store = await bench.open()
    }

    it('gives back what was put, and undefined for what was not', async () => {
      await store.batch([put(key(1), key(9, 8)), put(key(2), key())], SYNC)
      expect([...((await store.get(key(1))) ?? [])]).toEqual([9, 8])
      expect((await store.get(key(2)))?.length).toBe(0)
      expect(await store.get(key(3))).toBeUndefined()
    })

    it('applies the operations of a batch in order, the last one winning', async () => {
      await store.batch([put(key(1), key(1)), put(key(1), key(2)), put(key(2), key(1)), del(key(2))], SYNC)
      expect([...((await store.get(key(1))) ?? [])]).toEqual([2])
      expect(await store.get(key(2))).toBeUndefined()
    })

    it('is not changed by what giver or taker do to their bytes afterwards', async () => {
      const value = key(1, 2)
      await store.batch([put(key(1), value)], SYNC)
      value[0] = 99
      const taken = await store.get(key(1))
      taken?.fill(77)
      const [entry] = await store.page({}, MANY)
      entry?.value.fill(66)
      expect([...((await store.get(key(1))) ?? [])]).toEqual([1, 2])
    })

    it('orders keys as unsigned bytes, a prefix before what is longer', async () => {
      await fill(key(255), key(128, 0), key(127, 255), key(0), key(128), key(0, 0))
      expect(await keys({})).toEqual([[0], [0, 0], [127, 255], [128], [128, 0], [255]])
      expect(await keys({ reverse: true })).toEqual([[255], [128, 0], [128], [127, 255], [0, 0], [0]])
    })

    it('keeps to both bounds of a range, inclusive and exclusive, in both directions', async () => {
      await fill(key(1), key(2), key(3), key(4))
      for (const reverse of [false, true]) {
        const ordered = (...all: number[]) => (reverse ? all.toReversed() : all).map((byte) => [byte])
        expect(await keys({ gte: key(2), lt: key(4), reverse })).toEqual(ordered(2, 3))
        expect(await keys({ gt: key(2), lte: key(4), reverse })).toEqual(ordered(3, 4))
        expect(await keys({ gt: key(1, 0), lt: key(3, 0), reverse })).toEqual(ordered(2, 3))
        expect(await keys({ gte: key(4), lt: key(4), reverse })).toEqual([])
        expect(await keys({ gt: key(4), reverse })).toEqual([])
        expect(await keys({ lt: key(1), reverse })).toEqual([])
      }
    })

    it('limits a page by entries and by bytes, but gives at least one entry', async () => {
      const value = new Uint8Array(10_000).fill(7)
      await store.batch(
        [1, 2, 3, 4, 5].map((byte) => put(key(byte), value)),
        SYNC,
      )
      expect(await keys({}, { maxEntries: 2, maxBytes: 1 << 20 })).toEqual([[1], [2]])
      expect(await keys({}, { maxEntries: 100, maxBytes: 35_000 })).toEqual([[1], [2], [3]])
      expect(await keys({ reverse: true }, { maxEntries: 100, maxBytes: 1 })).toEqual([[5]])
    })

    it('pages through thousands of entries without loss, forwards and backwards', async () => {
      const all = Array.from({ length: 5000 }, (_, i) => key(i >> 8, i & 255))
      await fill(...all.toReversed())
      const limits = { maxEntries: 777, maxBytes: 1 << 20 }
      const forwards = await walk((last) => keys(last ? { gt: key(...last) } : {}, limits))
      const backwards = await walk((last) =>
        keys({ reverse: true, ...(last && { lt: key(...last) }) }, limits),
      )
      const expected = all.map((at) => [...at])
      expect(forwards).toEqual(expected)
      expect(backwards).toEqual(expected.toReversed())
    })

    it('clears a range and nothing beside it', async () => {
      await fill(key(1), key(2), key(2, 5), key(3))
      await store.clear({ gte: key(2), lt: key(3) })
      expect(await keys({})).toEqual([[1], [3]])
      await reopen()
      expect(await keys({})).toEqual([[1], [3]])
    })

    it('holds the same after it has given space back', async () => {
      await fill(key(1), key(2), key(2, 5), key(3))
      await store.clear({ gte: key(2), lt: key(2, 6) })
      await store.compact({ gte: key(1), lt: key(3) })
      expect(await keys({})).toEqual([[1], [3]])
    })

    it('takes an empty batch as nothing', async () => {
      await store.batch([], SYNC)
      expect(await keys({})).toEqual([])
    })

    it('keeps reading while batches are written side by side', async () => {
      const batches = Array.from({ length: 20 }, (_, i) =>
        store.batch([put(key(i), key(i))], { sync: i % 2 === 0 }),
      )
      const pages = Array.from({ length: 20 }, () => store.page({}, MANY))
      await Promise.all([...batches, ...pages])
      expect(await keys({})).toHaveLength(20)
    })

    it('refuses every use once it is closed', async () => {
      await store.close()
      const closed = { code: 'GENBA_STORE_CLOSED' }
      await expect(store.get(key(1))).rejects.toMatchObject(closed)
      await expect(store.batch([put(key(1), key(1))], SYNC)).rejects.toMatchObject(closed)
      await expect(store.page({}, MANY)).rejects.toMatchObject(closed)
      await expect(store.clear({})).rejects.toMatchObject(closed)
      await expect(store.close()).resolves.toBeUndefined()
    })

    it('finds synced and unsynced batches again when it is opened anew', async () => {
      await store.batch([put(key(1), key(1))], SYNC)
      await store.batch([put(key(2), key(2))], { sync: false })
      await reopen()
      expect(await keys({})).toEqual([[1], [2]])
    })

    it('refuses to be opened twice', async () => {
      await expect(bench.open()).rejects.toMatchObject({ code: 'GENBA_STORE_LOCKED' })
      await fill(key(1))
      expect(await keys({})).toEqual([[1]])
    })

    if (!traits.dies) return

    it('keeps all batches when its process dies', async () => {
      await store.batch([put(key(1), key(1))], SYNC)
      await store.batch([put(key(2), key(2))], { sync: false })
      bench.kill?.()
      await expect(store.get(key(1))).rejects.toMatchObject({ code: 'GENBA_STORE_CLOSED' })
      store = await bench.open()
      expect(await keys({})).toEqual([[1], [2]])
    })

    it('loses no synced batch and nothing before one when power fails', async () => {
      await store.batch([put(key(1), key(1))], { sync: false })
      await store.batch([put(key(2), key(2))], SYNC)
      await store.batch([put(key(2), key(3)), put(key(3), key(3)), del(key(1))], { sync: false })
      bench.losePower?.()
      store = await bench.open()
      expect(await keys({})).toEqual([[1], [2]])
      expect([...((await store.get(key(2))) ?? [])]).toEqual([2])
    })
  })
}

/** Page after page, each beginning behind the last key of the one before. */
async function walk(page: (last: number[] | undefined) => Promise<number[][]>): Promise<number[][]> {
  const seen: number[][] = []
  for (;;) {
    const next = await page(seen.at(-1))
    if (next.length === 0) return seen
    seen.push(...next)
  }
}
