import { describe, expect, it } from 'vitest'
import type { ChunkSummary } from '../../../shared/chunk/chunk.ts'
import { inspectChunk } from '../../../shared/chunk/decode.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { SealLimits } from '../../../shared/journal/limits.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { sealAll } from '../../support/seal-all.ts'
import { storeWith } from '../../support/store-with.ts'
import { column, producerOf } from './frames.ts'

const LIMITS: SealLimits = { runSamples: 40, runFrames: 5, blockSamples: 64, chunkSamples: 16 }
const ALL = { tags: [], fromUs: null, toUs: null, cursor: '' }

/** Ten samples a frame of one tag, 1 s apart, and now and then a frame of records between them. */
function frames(count: number, tag = 'line1/a'): Uint8Array[] {
  const producer = producerOf('p')
  return Array.from({ length: count }, (_, frame) => {
    if (frame % 4 === 3) return producer.records(JSON.stringify({ type: 'summary', id: `s${frame}` }))
    return producer.samples([
      column(
        tag,
        Array.from({ length: 10 }, (_, i) => [(frame * 10 + i) * 1_000_000, frame * 10 + i] as const),
      ),
    ])
  })
}

async function valuesOf(journal: Journal, query: Partial<typeof ALL> = {}): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const { bytes } of journal.range({ ...ALL, ...query })) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') for (const { data } of frame.columns) values.push(...data.values)
  }
  return values
}

async function chunksIn(store: KeyValueStore): Promise<ChunkSummary[]> {
  const entries = await store.page(
    { gte: Uint8Array.of(8), lt: Uint8Array.of(9) },
    { maxEntries: 1e6, maxBytes: 1e9 },
  )
  return entries.map(({ value }) => inspectChunk(value))
}

const SAMPLES = frames(40).flatMap((bytes) => {
  const frame = decodeFrame(bytes)
  return frame.body === 'samples' ? [...(frame.columns[0]?.data.values ?? [])] : []
})

describe('sealing', () => {
  it('moves samples from frames to chunks, in less room, and leaves the records in the log', async () => {
    const disk = createMemoryDisk()
    const store = disk.open()
    const journal = await openJournal(store)
    await journal.append(frames(40))
    const before = disk.sizeBytes()
    await sealAll(journal)
    expect(disk.sizeBytes()).toBeLessThan(before * 0.6)
    expect(await valuesOf(journal)).toEqual(SAMPLES)
    expect(journal.sealing).toMatchObject({ sealedLsn: 39, cleanedLsn: 39, chunks: 1, samples: 300 })
    const samples = await journal.logPage({ afterLsn: 0, body: 'samples', bytesMax: 1e6 })
    expect(samples).toMatchObject({ frames: [], sealedLsn: 39, isEnd: true })
    const records = await journal.logPage({ afterLsn: 0, body: 'records', bytesMax: 1e6 })
    expect(records.frames.map(({ lsn }) => lsn)).toEqual([4, 8, 12, 16, 20, 24, 28, 32, 36, 40])
    const any = await journal.logPage({ afterLsn: 0, body: 'any', bytesMax: 1e6 })
    expect(any.frames).toEqual(records.frames)
  })

  it('never takes the newest frame, so that the log goes on behind it', async () => {
    const disk = createMemoryDisk()
    const journal = await openJournal(disk.open())
    const [first, second, third] = frames(3)
    await journal.append([first, second] as Uint8Array[])
    await sealAll(journal)
    disk.kill()
    const again = await openJournal(disk.open())
    expect(again.headLsn).toBe(2)
    const { stored } = await again.append([third] as Uint8Array[])
    expect(stored.map(({ lsn }) => lsn)).toEqual([3])
    expect(await valuesOf(again)).toEqual(SAMPLES.slice(0, 30))
  })

  it('fills chunks up, cuts full ones, and merges late samples, so that chunks of a tag never overlap', async () => {
    const store = createMemoryDisk().open()
    const journal = await openJournal(store, { sealLimits: LIMITS })
    const all = frames(40)
    // Two halves, each sealed before the other comes: the earlier samples are the later arrivals.
    const late = all.slice(0, 20).map((bytes) => {
      const frame = decodeFrame(bytes)
      return frame.body === 'samples' ? producerOf('late').samples(frame.columns) : bytes
    })
    await journal.append(all.slice(0, 10))
    await sealAll(journal)
    const other = producerOf('late')
    for (const bytes of late) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') await journal.append([other.samples(frame.columns)])
      await sealAll(journal)
    }
    const chunks = await chunksIn(store)
    expect(chunks.length).toBeGreaterThan(5)
    for (const [index, { minTimeUs, sampleCount }] of chunks.entries()) {
      const before = chunks[index - 1]
      if (before !== undefined) expect(minTimeUs).toBeGreaterThanOrEqual(before.maxTimeUs)
      expect(sampleCount).toBeLessThanOrEqual(2 * LIMITS.chunkSamples)
    }
    const total = chunks.reduce((sum, { sampleCount }) => sum + sampleCount, 0)
    expect(journal.sealing).toMatchObject({ chunks: chunks.length, samples: total })
  })

  it('may be broken off by a loss of power at any write', async () => {
    for (let writes = 0; ; writes++) {
      for (const isBefore of [true, false]) {
        const disk = createMemoryDisk()
        let left = Number.POSITIVE_INFINITY
        const journal = await openJournal(
          losingPower(disk, () => left-- === 0, isBefore),
          { sealLimits: LIMITS },
        )
        await journal.append(frames(40))
        left = writes
        const isDone = await sealAll(journal).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(StoreError)
            return false
          },
        )
        disk.kill()
        const again = await openJournal(disk.open(), { sealLimits: LIMITS })
        expect(await valuesOf(again)).toEqual(SAMPLES)
        await sealAll(again)
        expect(await valuesOf(again)).toEqual(SAMPLES)
        expect(again.tags('', 9)).toMatchObject([{ sampleCount: 300, lastTimeUs: 389_000_000 }])
        expect(again.sealing).toMatchObject({ sealedLsn: 39, samples: 300 })
        if (isDone && isBefore) return
      }
    }
  })

  it('goes on where it was after the disk has refused a write, whether the write had reached it or not', async () => {
    for (const hasReached of [true, false]) {
      for (const refused of [0, 1, 2, 3, 5, 8]) {
        const store = createMemoryDisk().open()
        let left = Number.POSITIVE_INFINITY
        const journal = await openJournal(
          refusing(store, () => left-- === 0, hasReached),
          { sealLimits: LIMITS },
        )
        await journal.append(frames(40))
        left = refused
        await sealAll(journal).catch((error: unknown) => expect(error).toBeInstanceOf(StoreError))
        expect(await valuesOf(journal)).toEqual(SAMPLES)
        await sealAll(journal)
        expect(await valuesOf(journal)).toEqual(SAMPLES)
        const chunks = await chunksIn(store)
        expect(chunks.reduce((sum, { sampleCount }) => sum + sampleCount, 0)).toBe(300)
      }
    }
  })

  it('is not seen by who reads or appends at the same time', async () => {
    const journal = await openJournal(createMemoryDisk().open(), {
      sealLimits: { ...LIMITS, runFrames: 1 },
      blockSamplesMax: 8,
    })
    const all = frames(40)
    await journal.append(all.slice(0, 30))
    const sealing = sealAll(journal)
    const readings = Array.from({ length: 5 }, () => valuesOf(journal))
    for (const bytes of all.slice(30)) await journal.append([bytes])
    await sealing
    for (const values of await Promise.all(readings)) expect(values).toEqual(SAMPLES.slice(0, values.length))
    expect(await valuesOf(journal)).toEqual(SAMPLES)
  })

  it('leaves a damaged chunk where it is, and goes on with the rest', async () => {
    const store = createMemoryDisk().open()
    const damaged: unknown[] = []
    const journal = await openJournal(store, { sealLimits: LIMITS, onDamage: (place) => damaged.push(place) })
    const all = frames(40)
    await journal.append(all.slice(0, 8))
    await sealAll(journal)
    const [first] = await store.page(
      { gte: Uint8Array.of(8), lt: Uint8Array.of(9) },
      { maxEntries: 1, maxBytes: 1 },
    )
    if (first === undefined) throw new Error('there is no chunk')
    const value = Uint8Array.from(first.value)
    value[value.length - 1] = (value.at(-1) ?? 0) ^ 1
    await store.batch([{ type: 'put', key: first.key, value }], { sync: true })
    const held = inspectChunk(first.value).sampleCount
    await journal.append(all.slice(8))
    await sealAll(journal)
    expect(await valuesOf(journal)).toEqual(SAMPLES.slice(held))
    expect(damaged).toEqual([{ chunkId: 8 }])
    expect(journal.damagedCount).toBe(1)
  })
})

/** A store whose power goes at a write, before it or after it. */
function losingPower(
  disk: ReturnType<typeof createMemoryDisk>,
  isTime: () => boolean,
  isBefore: boolean,
): KeyValueStore {
  const store = disk.open()
  return storeWith(store, {
    async batch(operations, options) {
      const isNow = isTime()
      if (isNow && isBefore) disk.losePower()
      await store.batch(operations, options)
      if (isNow) disk.losePower()
    },
  })
}

function refusing(store: KeyValueStore, isTime: () => boolean, hasReached: boolean): KeyValueStore {
  return storeWith(store, {
    async batch(operations, options) {
      const isNow = isTime()
      if (!isNow || hasReached) await store.batch(operations, options)
      if (isNow) throw new StoreError('GENBA_STORE_FULL', 'no space left')
    },
  })
}
