import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { column, point, producerOf } from './frames.ts'
import { EVERYTHING, timesOf } from './reads.ts'

describe('a range read', () => {
  it('touches few frames for a small range in a long log, also after one frame of a wrong clock', async () => {
    const inner = createMemoryStore()
    let reads = 0
    const store: KeyValueStore = {
      ...inner,
      get: (key) => {
        reads += 1
        return inner.get(key)
      },
      page: (range, limits) => inner.page(range, limits),
      batch: (operations, options) => inner.batch(operations, options),
      clear: (range) => inner.clear(range),
      close: () => inner.close(),
    }
    const journal = await openJournal(store)
    const producer = producerOf('p')
    const wrongClock = column('t', [
      [0, 1],
      [2 ** 50, 2],
    ])
    const frames = Array.from({ length: 500 }, (_, i) =>
      producer.samples([
        column('t', [
          [i * 1000, i],
          [i * 1000 + 900, i],
        ]),
      ]),
    )
    await journal.append([producer.samples([wrongClock]), ...frames])
    reads = 0
    let sampleCount = 0
    for await (const page of journal.range({ ...EVERYTHING, fromUs: 400_000, toUs: 403_000 }))
      sampleCount += page.sampleCount
    expect(sampleCount).toBe(6)
    expect(reads).toBeLessThan(8)
  })

  it('skips a frame that is missing or damaged, reports it once, and gives the rest', async () => {
    const store = createMemoryStore()
    const damaged: unknown[] = []
    const journal = await openJournal(store, { onDamage: (place) => damaged.push(place) })
    const producer = producerOf('p')
    await journal.append([1, 2, 3, 4].map((timeUs) => producer.samples([point('t', timeUs)])))
    const key = (lsn: number) => Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, lsn)
    await store.batch(
      [
        { type: 'del', key: key(2) },
        { type: 'put', key: key(3), value: new Uint8Array(40) },
      ],
      { sync: true },
    )
    expect(await timesOf(journal)).toEqual([1, 4])
    expect(await timesOf(journal)).toEqual([1, 4])
    expect(damaged).toEqual([{ lsn: 2 }, { lsn: 3 }])
    expect(journal.damagedCount).toBe(2)
  })

  it('keeps the order when the kind of value changes from sample to sample', async () => {
    const journal = await openJournal(createMemoryStore())
    const producer = producerOf('p')
    await journal.append([
      producer.samples([
        column('t', [
          [1, 1],
          [3, 3],
          [3, 4],
        ]),
        column('t', [
          [2, 'two'],
          [4, 'four'],
        ]),
        column('t', [[3, true]]),
      ]),
    ])
    const values: unknown[] = []
    for await (const { bytes } of journal.range(EVERYTHING)) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') values.push(...frame.columns.flatMap(({ data }) => [...data.values]))
    }
    expect(values).toEqual([1, 'two', 3, 4, 1, 'four'])
  })

  it('bounds what it holds of long texts and still gives all of them', async () => {
    const journal = await openJournal(createMemoryStore())
    const producer = producerOf('p')
    const text = (i: number) => String(i).padStart(3900, 'x')
    const descending = Array.from({ length: 1200 }, (_, i) => 1200 - i)
    await journal.append(descending.map((i) => producer.samples([column('t', [[i, text(i)]])])))
    let expected = 0
    for await (const { bytes } of journal.range(EVERYTHING)) {
      const frame = decodeFrame(bytes)
      const [only] = frame.body === 'samples' ? frame.columns : []
      expected += 1
      expect([only?.timesUs[0], only?.data.values[0]]).toEqual([expected, text(expected)])
    }
    expect(expected).toBe(1200)
  })
})
