import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { storeWith } from '../../support/store-with.ts'
import { column, type Point, producerOf } from './frames.ts'

const SECOND_US = 1_000_000
const HOUR_S = 3600
/** First byte of the keys of chunks. */
const CHUNK = 8

/** Thirty hours of a sample a second, with an hour without any, sealed but for the last; counts the chunks that are read. */
async function sealed() {
  const store = createMemoryStore()
  let chunksRead = 0
  const counting = storeWith(store, {
    get: (key) => {
      if (key[0] === CHUNK) chunksRead += 1
      return store.get(key)
    },
    page: (...query) => {
      if (('gt' in query[0] ? query[0].gt : undefined)?.[0] === CHUNK) chunksRead += 1
      return store.page(...query)
    },
  })
  const journal = await openJournal(counting)
  const producer = producerOf('p')
  for (let hour = 0; hour < 30; hour += 1) {
    if (hour === 20) continue
    const points = Array.from({ length: HOUR_S }, (_, s): Point => {
      const second = hour * HOUR_S + s
      return [second * SECOND_US, Math.sin(second ** 2)]
    })
    for (let at = 0; at < points.length; at += 600) {
      await journal.append([producer.samples([column('a', points.slice(at, at + 600))])])
    }
  }
  await journal.append([producer.samples([column('b', [[0, 1]])])])
  while (await journal.seal(journal.headLsn)) chunksRead = 0
  chunksRead = 0
  return { journal, chunksRead: () => chunksRead }
}

const ALL = { tags: ['a'], fromUs: null, toUs: null, cursor: '' }

async function valuesOf<T>(outcomes: AsyncIterable<{ readonly value: T }>): Promise<T[]> {
  const values: T[] = []
  for await (const { value } of outcomes) values.push(value)
  return values
}

describe('a read of a long range', () => {
  it('takes statistics from rollups, and decodes chunks at ragged ends alone', async () => {
    const { journal, chunksRead } = await sealed()
    const [whole] = await valuesOf(journal.reads.statistics({ ...ALL, everySample: false }))
    expect([whole?.count, chunksRead()]).toEqual([29 * HOUR_S, 0])
    const ragged = { ...ALL, fromUs: 12_345_678, toUs: 100_000_000_001, everySample: false }
    const [part] = await valuesOf(journal.reads.statistics(ragged))
    expect(part?.count).toBe(100_000 - 12 - HOUR_S)
    expect(chunksRead()).toBeLessThanOrEqual(2)
  })

  it('finds a gap and decodes the chunks round it alone', async () => {
    const { journal, chunksRead } = await sealed()
    const gaps = await valuesOf(journal.reads.gaps({ ...ALL, longerThanUs: 1300 * SECOND_US }))
    expect(gaps).toEqual([{ tag: 'a', fromUs: (20 * HOUR_S - 1) * SECOND_US, toUs: 21 * HOUR_S * SECOND_US }])
    expect(chunksRead()).toBeLessThanOrEqual(2)
  })

  it('goes on at every cursor where it was left', async () => {
    const { journal } = await sealed()
    const query = { ...ALL, tags: [], widthUs: 600 * SECOND_US }
    const outcomes = []
    for await (const outcome of journal.reads.cells(query)) outcomes.push(outcome)
    expect(outcomes).toHaveLength(29 * 6 + 1)
    for (const at of [0, 100, 173, 174]) {
      const cursor = outcomes[at]?.cursor ?? ''
      const rest = await valuesOf(journal.reads.cells({ ...query, cursor }))
      expect(rest).toEqual(outcomes.slice(at + 1).map(({ value }) => value))
    }
    const nonsense = journal.reads.cells({ ...query, cursor: 'nonsense' })
    await expect(nonsense.next()).rejects.toMatchObject({ code: 'GENBA_READ_CURSOR' })
  })
})
