import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import type { KeyValueStore, StoreOperation } from '../../../shared/store/store.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const keyOf = (lane: number, i: number) => Uint8Array.of(lane, i >> 8, i & 0xff)
const ALL = { maxEntries: 10_000, maxBytes: 1e9 }

/** Large enough for a file, and no two alike. */
const values = Array.from({ length: 100 }, () => randomBytes(3000))
const puts = (lane: number): StoreOperation[] =>
  values.map((value, i) => ({ type: 'put', key: keyOf(lane, i), value }))

describe('large values of a store on LevelDB', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let store: KeyValueStore
  beforeEach(async () => {
    folder = temporaryFolder()
    store = await openLevelStore(folder.path)
  })
  afterEach(async () => {
    await store.close()
    folder.remove()
  })

  const files = async () => (await readdir(join(folder.path, 'values'))).sort()
  const fileBytes = async () => {
    const sizes = await Promise.all(
      (await files()).map(async (name) => (await stat(join(folder.path, 'values', name))).size),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  const reopen = async () => {
    await store.close()
    store = await openLevelStore(folder.path)
  }
  const read = async (lane: number) =>
    (await store.page({ gte: keyOf(lane, 0), lt: Uint8Array.of(lane + 1) }, ALL)).map(({ value }) =>
      Buffer.from(value).toString('hex'),
    )
  const hex = (from = 0, step = 1) =>
    values.filter((_, i) => i >= from && i % step === 0).map((value) => value.toString('hex'))

  it('come back in files of their own kind, also after a restart', async () => {
    await store.batch([...puts(1), ...puts(8)], { sync: true })
    await store.batch(puts(3).slice(0, 2), { sync: true })
    expect(await files()).toHaveLength(2)
    await reopen()
    expect(await read(1)).toEqual(hex())
    expect(await read(8)).toEqual(hex())
    expect(await read(3)).toEqual(hex().slice(0, 2))
    expect(Buffer.from((await store.get(keyOf(8, 7))) ?? [])).toEqual(values[7])
  })

  it('that are read together come back though one between them is gone', async () => {
    const sizes = [9000, 2100, 9000, 2100, 9000]
    const some = sizes.map((size) => randomBytes(size))
    const keys = some.map((_, i) => keyOf(8, i))
    const operations = some.map((value, i): StoreOperation => ({ type: 'put', key: keyOf(8, i), value }))
    await store.batch(operations, { sync: true })
    await store.batch(
      [1, 3].map((i): StoreOperation => ({ type: 'del', key: keys[i] ?? keyOf(8, i) })),
      { sync: true },
    )
    await store.compact({ gte: Uint8Array.of(8), lt: Uint8Array.of(9) }, { isThorough: true })
    expect(await read(8)).toEqual([0, 2, 4].map((i) => some[i]?.toString('hex')))
  })

  it('keep their places while what lies between is given back', async () => {
    await store.batch(puts(8), { sync: true })
    const removed = values.flatMap((_, i): StoreOperation[] =>
      i % 4 === 0 ? [] : [{ type: 'del', key: keyOf(8, i) }],
    )
    await store.batch(removed, { sync: false })
    for (let round = 0; round < 2; round += 1) {
      await store.compact({ gte: Uint8Array.of(8), lt: Uint8Array.of(9) })
      expect(await read(8)).toEqual(hex(0, 4))
      await reopen()
    }
    expect(await fileBytes()).toBeLessThan(80_000)
    await store.batch([{ type: 'del', key: keyOf(8, 0) }, ...puts(8).slice(1, 30)], { sync: true })
    expect(await read(8)).toEqual([...hex(1).slice(0, 29), ...hex(30, 4)])
  })

  it('go with their file once none is left, and others stay', async () => {
    await store.batch([...puts(1), ...puts(8)], { sync: true })
    await store.clear({ gte: Uint8Array.of(1), lt: Uint8Array.of(2) })
    await store.compact({ gte: Uint8Array.of(1), lt: Uint8Array.of(2) })
    expect(await files()).toHaveLength(1)
    expect(await read(8)).toEqual(hex())
  })

  it('may be read and written while space is given back', async () => {
    await store.batch(puts(8), { sync: true })
    const compacting = store.compact({ gte: Uint8Array.of(8), lt: Uint8Array.of(9) })
    const writing = store.batch(puts(1), { sync: true })
    expect(await read(8)).toEqual(hex())
    await store.clear({ gte: keyOf(8, 0), lt: keyOf(8, 50) })
    await Promise.all([compacting, writing, store.compact({ gte: Uint8Array.of(8), lt: Uint8Array.of(9) })])
    expect(await read(8)).toEqual(hex(50))
    expect(await read(1)).toEqual(hex())
  })

  it('that are gone from the disk come as no bytes, which the check of their owner finds', async () => {
    await store.batch(puts(8), { sync: true })
    await store.close()
    for (const name of await files()) await rm(join(folder.path, 'values', name))
    // What a death while a file was rewritten leaves.
    await writeFile(join(folder.path, 'values', '08-0000000001.new'), 'half')
    store = await openLevelStore(folder.path)
    expect((await store.get(keyOf(8, 1)))?.length).toBe(0)
    expect(await files()).toEqual([])
  })

  it('are refused with the whole batch where the disk refuses them', async () => {
    await store.close()
    await rm(join(folder.path, 'values'), { recursive: true })
    store = await openLevelStore(folder.path)
    await rm(join(folder.path, 'values'), { recursive: true })
    await expect(store.batch(puts(8), { sync: true })).rejects.toMatchObject({ code: 'GENBA_STORE_IO' })
    expect(await read(8)).toEqual([])
    await mkdir(join(folder.path, 'values'))
    await store.batch(puts(8), { sync: true })
    expect(await read(8)).toEqual(hex())
  })
})
