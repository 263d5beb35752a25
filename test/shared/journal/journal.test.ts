import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { createMemoryDisk, createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { storeWith } from '../../support/store-with.ts'
import { point, producerOf, recordFrame, sampleFrame } from './frames.ts'
import { timesOf } from './reads.ts'

/** A store whose batches can be refused before or after they reach the disk. */
function refusing(store: KeyValueStore) {
  const refuse = { next: undefined as 'before' | 'after' | undefined }
  const wrapped = storeWith(store, {
    async batch(operations, options) {
      const when = refuse.next
      refuse.next = undefined
      if (when !== 'before') await store.batch(operations, options)
      if (when) throw new StoreError('GENBA_STORE_IO', 'refused')
    },
  })
  return { store: wrapped, refuse }
}

describe('appending to the journal', () => {
  it('says of every frame what became of it', async () => {
    const journal = await openJournal(createMemoryStore())
    const at = (sequence: number, epoch = 1) =>
      sampleFrame({ producer: 'p', epoch, sequence }, [point('t', sequence)])
    const broken = at(1).slice()
    broken[12] = (broken[12] ?? 0) ^ 0xff
    const result = await journal.append([at(0), broken, at(1), at(1), at(3), at(0, 2), at(2)])
    expect(result).toMatchObject({
      stored: [
        { lsn: 1, producer: 'p', epoch: 1, sequence: 0 },
        { lsn: 2, producer: 'p', epoch: 1, sequence: 1 },
        { lsn: 3, producer: 'p', epoch: 2, sequence: 0 },
      ],
      duplicates: [
        { epoch: 1, sequence: 1 },
        { epoch: 1, sequence: 2 },
      ],
      gaps: [{ epoch: 1, sequence: 3 }],
      corrupt: [{ index: 1, code: 'GENBA_FRAME_CORRUPT' }],
      held: [{ producer: 'p', epoch: 2, sequence: 0, frameCount: 3, sampleCount: 3 }],
    })
    expect(journal.totals).toMatchObject({ frames: 3, samples: 3, duplicateSamples: 2 })
  })

  it('keeps the last position that a frame carried, also past frames without one', async () => {
    const disk = createMemoryDisk()
    const journal = await openJournal(disk.open())
    const producer = producerOf('p')
    await journal.append([producer.samples([point('t', 1)], 'row 7'), producer.records()])
    expect(journal.producer('p')).toMatchObject({ position: 'row 7', sequence: 1 })
    disk.losePower()
    const reopened = await openJournal(disk.open())
    expect(reopened.producer('p')).toEqual(journal.producer('p'))
    expect(reopened.producers()).toEqual(journal.producers())
  })

  it('changes nothing when the batch is refused, and takes the same frames again', async () => {
    const { store, refuse } = refusing(createMemoryStore())
    const journal = await openJournal(store)
    const producer = producerOf('p')
    await journal.append([producer.samples([point('t', 1)])])
    const before = [journal.headLsn, journal.totals, journal.producers(), journal.tags('', 9)]
    const more = [
      producer.samples([point('t', 2), point('new', 2)]),
      producer.records('{"id":"a","type":"summary"}'),
    ]
    refuse.next = 'before'
    await expect(journal.append(more)).rejects.toMatchObject({ code: 'GENBA_STORE_IO' })
    expect([journal.headLsn, journal.totals, journal.producers(), journal.tags('', 9)]).toEqual(before)
    expect(await timesOf(journal)).toEqual([1])
    const result = await journal.append(more)
    expect(result.stored.map(({ lsn }) => lsn)).toEqual([2, 3])
    expect(journal.totals.summaries).toBe(1)
    expect(await timesOf(journal, ['t'])).toEqual([1, 2])
  })

  it('finds frames that reached the disk although their batch was refused, and stores none of them twice', async () => {
    const { store, refuse } = refusing(createMemoryStore())
    const journal = await openJournal(store)
    const producer = producerOf('p')
    const frames = [1, 2, 3].map((timeUs) => producer.samples([point('t', timeUs)]))
    refuse.next = 'after'
    await expect(journal.append(frames)).rejects.toMatchObject({ code: 'GENBA_STORE_IO' })
    expect(journal.headLsn).toBe(0)
    // Fewer frames than were refused: what the disk holds beyond them must not be taken for something else later.
    const result = await journal.append(frames.slice(0, 2))
    expect(result).toMatchObject({ stored: [], held: [{ sequence: 2 }] })
    expect(result.duplicates).toHaveLength(2)
    expect(await timesOf(journal)).toEqual([1, 2, 3])
    await journal.append([producer.samples([point('t', 4)])])
    expect(journal.headLsn).toBe(4)
  })

  it('reads only what is durable, also while a batch is under way', async () => {
    const inner = createMemoryStore()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const journal = await openJournal(
      storeWith(inner, {
        async batch(operations, options) {
          await inner.batch(operations, options)
          await held
        },
      }),
    )
    const appending = journal.append([producerOf('p').samples([point('t', 1)])])
    await new Promise((resolve) => setImmediate(resolve))
    expect(await timesOf(journal)).toEqual([])
    expect(await journal.logPage({ afterLsn: 0, body: 'any', bytesMax: 9999 })).toMatchObject({
      frames: [],
      isEnd: true,
    })
    release()
    await appending
    expect(await timesOf(journal)).toEqual([1])
  })

  it('writes nothing for frames that change nothing', async () => {
    const disk = createMemoryDisk()
    const journal = await openJournal(disk.open())
    await journal.append([
      Uint8Array.of(1),
      sampleFrame({ producer: 'p', epoch: 1, sequence: 4 }, [point('t', 1)]),
    ])
    expect(disk.sizeBytes()).toBe(0)
  })

  it('counts an identity once within a batch and over batches, by its first position', async () => {
    const journal = await openJournal(createMemoryStore())
    const record = (id: string) => JSON.stringify({ id, type: 'summary' })
    const q = (sequence: number, ...records: string[]) =>
      recordFrame({ producer: 'q', epoch: 1, sequence }, records)
    await journal.append([q(0, record('a'), record('a')), q(1, record('a'), record('b'))])
    await journal.append([q(2, record('b'), record('c'), '[]', 'null', '{"id":7}')])
    expect(journal.totals).toMatchObject({ summaries: 3, records: 9 })
  })
})

describe('the tag catalogue', () => {
  it('has its figures complete after a death, however long ago they were written', async () => {
    const disk = createMemoryDisk()
    let journal = await openJournal(disk.open())
    const producer = producerOf('p')
    for (let batch = 0; batch < 60; batch += 1) {
      const frames = Array.from({ length: 50 }, (_, i) =>
        producer.samples([point('often', batch * 50 + i), ...(batch === 20 ? [point('once', 5)] : [])]),
      )
      await journal.append(frames)
      if (batch % 13 !== 0) continue
      disk.losePower()
      journal = await openJournal(disk.open())
    }
    disk.losePower()
    journal = await openJournal(disk.open())
    expect(journal.tags('', 9)).toEqual([
      { tag: 'often', producers: ['p'], firstTimeUs: 0, lastTimeUs: 2999, sampleCount: 3000 },
      { tag: 'once', producers: ['p'], firstTimeUs: 5, lastTimeUs: 5, sampleCount: 50 },
    ])
  })

  it('is listed in the order of bytes, and goes on after any text', async () => {
    const journal = await openJournal(createMemoryStore())
    const tags = ['b', 'a/x', 'a', 'ä', '\uffee', '\u{10000}']
    await journal.append([producerOf('p').samples(tags.map((tag) => point(tag, 1)))])
    const names = (after: string, countMax = 99) => journal.tags(after, countMax).map(({ tag }) => tag)
    expect(names('')).toEqual(['a', 'a/x', 'b', 'ä', '\uffee', '\u{10000}'])
    expect(names('a', 2)).toEqual(['a/x', 'b'])
    expect(names('a/')).toEqual(['a/x', 'b', 'ä', '\uffee', '\u{10000}'])
    expect(names('\u{10000}')).toEqual([])
  })
})

describe('the format of the journal', () => {
  const put = async (store: KeyValueStore, key: string, value: string) =>
    store.batch([{ type: 'put', key: Buffer.from(key), value: Buffer.from(value) }], { sync: true })

  it('of a later version is refused before anything is touched', async () => {
    const disk = createMemoryDisk()
    const store = disk.open()
    await put(store, '\0format', '{"journal":3}')
    const sizeBytes = disk.sizeBytes()
    await expect(openJournal(store)).rejects.toMatchObject({ code: 'GENBA_JOURNAL_NEWER' })
    expect(disk.sizeBytes()).toBe(sizeBytes)
  })

  it('must be there unless the store is empty', async () => {
    const store = createMemoryStore()
    await put(store, 'somebody', 'else')
    await expect(openJournal(store)).rejects.toMatchObject({ code: 'GENBA_JOURNAL_FOREIGN' })
    await put(store, '\0format', 'no json')
    await expect(openJournal(store)).rejects.toMatchObject({ code: 'GENBA_JOURNAL_FOREIGN' })
  })

  it('is not written by opening alone', async () => {
    const disk = createMemoryDisk()
    await (await openJournal(disk.open())).close()
    expect(disk.sizeBytes()).toBe(0)
  })
})
