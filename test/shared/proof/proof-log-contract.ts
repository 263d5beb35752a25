import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leafHash } from '../../../shared/proof/merkle.ts'
import { openProofLog } from '../../../shared/proof/proof-log.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { append, entriesOf, hex, numbered, PREFIX } from './logs.ts'
import { createModel } from './model.ts'

const EMPTY = new Uint8Array()

export interface DiskUnderTest {
  open(): Promise<KeyValueStore>
  remove(): Promise<void>
}

/** What a proof log promises on every store. */
export function testProofLog(name: string, createDisk: () => Promise<DiskUnderTest>): void {
  describe(`a proof log on ${name}`, () => {
    const leaves = numbered(1500)
    const model = createModel(leaves)
    let disk: DiskUnderTest
    let store: KeyValueStore

    beforeEach(async () => {
      disk = await createDisk()
      store = await disk.open()
    })
    afterEach(async () => {
      await store.close()
      await disk.remove()
    })

    const open = () => openProofLog(store, { prefix: PREFIX })
    async function reopen() {
      await store.close()
      store = await disk.open()
      return open()
    }

    it('is empty at first and writes nothing by being opened', async () => {
      const log = await open()
      expect(log.size).toBe(0)
      expect(hex(log.root())).toBe(model.root(0))
      expect(await log.consistencyProof(0, 0)).toEqual([])
      expect(await entriesOf(store)).toEqual([])
    })

    it('is after a reopening what it was when it was written, at every stop', async () => {
      let log = await open()
      let size = 0
      for (const next of [1, 2, 3, 255, 256, 257, 511, 512, 513, 1024, 1300, 1500]) {
        await append(log, store, leaves.slice(size, next), 100)
        size = next
        const reopened = await reopen()
        expect(reopened.size).toBe(size)
        expect(hex(reopened.root())).toBe(hex(log.root()))
        expect(hex(reopened.root())).toBe(model.root(size))
        const index = Math.floor(size / 3)
        expect((await reopened.inclusionProof(index, size)).map(hex)).toEqual(model.inclusion(index, size))
        expect((await reopened.consistencyProof(index, size)).map(hex)).toEqual(
          model.consistency(index, size),
        )
        log = reopened
      }
    })

    it('leaves its neighbours in the store alone', async () => {
      const neighbours = [
        Uint8Array.of(PREFIX - 1, 255),
        Uint8Array.of(PREFIX + 1),
        Uint8Array.of(PREFIX + 1, 0, 9),
      ]
      const value = Uint8Array.of(1)
      await store.batch(
        neighbours.map((key) => ({ type: 'put', key, value })),
        { sync: true },
      )
      const other = await openProofLog(store, { prefix: PREFIX + 2 })
      const log = await open()
      await append(log, store, leaves.slice(0, 300))
      await append(other, store, leaves.slice(300, 340))
      const reopened = await reopen()
      expect(reopened.size).toBe(300)
      expect(hex(await reopened.rootAt(257))).toBe(model.root(257))
      expect((await openProofLog(store, { prefix: PREFIX + 2 })).size).toBe(40)
      for (const key of neighbours) expect(hex((await store.get(key)) ?? EMPTY)).toBe(hex(value))
    })

    it('may be read while it grows', async () => {
      const log = await open()
      await append(log, store, leaves.slice(0, 700))
      const growing = append(log, store, leaves.slice(700), 50)
      const proofs = await Promise.all([0, 255, 256, 699].map((index) => log.inclusionProof(index, 700)))
      const roots = await Promise.all([1, 256, 700].map((size) => log.rootAt(size)))
      await growing
      expect(proofs.map((proof) => proof.map(hex))).toEqual(
        [0, 255, 256, 699].map((index) => model.inclusion(index, 700)),
      )
      expect(roots.map(hex)).toEqual([1, 256, 700].map(model.root))
      expect(hex(log.root())).toBe(model.root(1500))
    })

    it('takes its leaves with the data of its owner in one batch', async () => {
      const log = await open()
      const draft = log.draft()
      const data = Buffer.from('a frame')
      expect(draft.append(leafHash(data))).toBe(0)
      const key = Uint8Array.of(1)
      await store.batch([{ type: 'put', key, value: data }, ...draft.operations()], { sync: true })
      draft.commit()
      const reopened = await reopen()
      expect(hex(await reopened.leafAt(0))).toBe(hex(leafHash((await store.get(key)) ?? EMPTY)))
    })
  })
}
