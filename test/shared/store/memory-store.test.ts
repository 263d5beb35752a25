import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { createOrderedMap } from '../../../shared/store/ordered-map.ts'
import { testStore } from './store-contract.ts'

testStore(
  'a disk in memory',
  async () => {
    const disk = createMemoryDisk()
    return {
      open: async () => disk.open(),
      kill: () => disk.kill(),
      losePower: () => disk.losePower(),
      remove: async () => {},
    }
  },
  { dies: true },
)

describe('a disk in memory', () => {
  const entry = (byte: number) => [
    { type: 'put' as const, key: Uint8Array.of(byte), value: Uint8Array.of(1) },
  ]

  it('drops as many unsynced batches from the tail as the power loss takes, and no more', async () => {
    const disk = createMemoryDisk()
    const store = disk.open()
    for (const byte of [1, 2, 3]) await store.batch(entry(byte), { sync: false })
    expect(disk.unsyncedCount()).toBe(3)
    disk.losePower(1)
    const page = await disk.open().page({}, { maxEntries: 9, maxBytes: 999 })
    expect(page.map(({ key }) => key[0])).toEqual([1, 2])
    expect(disk.unsyncedCount()).toBe(0)
  })

  it('counts the bytes of keys and values through overwriting and deletion', async () => {
    const disk = createMemoryDisk()
    const store = disk.open()
    await store.batch(entry(1), { sync: true })
    await store.batch([{ type: 'put', key: Uint8Array.of(1), value: new Uint8Array(9) }], { sync: true })
    expect(disk.sizeBytes()).toBe(10)
    await store.clear({})
    expect(disk.sizeBytes()).toBe(0)
  })
})

describe('an ordered map', () => {
  it('lists its keys like a sorted list, whatever was set and deleted', () => {
    const change = fc.record({ isSet: fc.boolean(), key: fc.string({ maxLength: 2 }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), fc.string({ maxLength: 2 }), (changes, from) => {
        const map = createOrderedMap<number>()
        const model = new Set<string>()
        for (const { isSet, key } of changes) {
          if (isSet) map.set(key, 1)
          else map.delete(key)
          if (isSet) model.add(key)
          else model.delete(key)
        }
        const sorted = [...model].sort()
        expect([...map.ascending(from)]).toEqual(sorted.filter((key) => key >= from))
        expect([...map.descending(from)]).toEqual(sorted.filter((key) => key <= from).reverse())
        expect([...map.descending(undefined)]).toEqual(sorted.toReversed())
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the order when its runs are cut and emptied', () => {
    const map = createOrderedMap<number>()
    const keys = Array.from({ length: 3000 }, (_, i) => String((i * 7919) % 3000).padStart(4, '0'))
    for (const key of keys) map.set(key, 1)
    for (const key of keys.slice(0, 2900)) map.delete(key)
    expect([...map.ascending('')]).toEqual(keys.slice(2900).sort())
  })
})
