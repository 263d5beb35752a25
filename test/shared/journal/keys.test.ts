import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeIndexEntry, holdsTag, maxTimeOf } from '../../../shared/journal/index/index-entry.ts'
import { spanClassesOf, spanClassOf, spanLimitUs } from '../../../shared/journal/index/span.ts'
import { indexKey, logKey, lsnOf, minTimeOf } from '../../../shared/journal/keys.ts'

const time = fc.maxSafeInteger()
const lsn = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const sign = (order: number) => Math.sign(order)

describe('keys of the journal', () => {
  it('keep times and positions exactly, and order as they do', () => {
    const lane = { of: 'tag', id: 7, spanClass: 3 } as const
    fc.assert(
      fc.property(time, lsn, time, lsn, (timeA, lsnA, timeB, lsnB) => {
        const [a, b] = [indexKey(lane, timeA, lsnA), indexKey(lane, timeB, lsnB)]
        expect([minTimeOf(a), lsnOf(a)]).toEqual([timeA, lsnA])
        expect(sign(Buffer.compare(a, b))).toBe(sign(timeA - timeB || lsnA - lsnB))
        expect(lsnOf(logKey(lsnA))).toBe(lsnA)
        expect(sign(Buffer.compare(logKey(lsnA), logKey(lsnB)))).toBe(sign(lsnA - lsnB))
      }),
    )
  })

  it('never mix the entries of two lanes', () => {
    const lanes = (['tag', 'producer'] as const).flatMap((of) =>
      [0, 1, 255, 256].flatMap((id) => [0, 14].map((spanClass) => ({ of, id, spanClass }))),
    )
    const ranges = lanes.map((lane) => [
      indexKey(lane, -Number.MAX_SAFE_INTEGER, 0),
      indexKey(lane, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    ])
    const sorted = ranges
      .toSorted(([a = new Uint8Array()], [b = new Uint8Array()]) => Buffer.compare(a, b))
      .flat()
    expect(sorted.every((key, i) => i === 0 || Buffer.compare(sorted[i - 1] ?? key, key) < 0)).toBe(true)
  })

  it('find a tag in the entry of a wide frame exactly when it is there', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 30 }),
        time,
        fc.nat({ max: 60 }),
        (ids, maxTimeUs, id) => {
          const entry = encodeIndexEntry(
            maxTimeUs,
            ids.toSorted((a, b) => a - b),
          )
          expect(maxTimeOf(entry)).toBe(maxTimeUs)
          expect(holdsTag(entry, id)).toBe(ids.includes(id))
        },
      ),
    )
  })

  it('put every span into the narrowest class that holds it', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)]
        const spanClass = spanClassOf(min, max)
        expect(spanLimitUs(spanClass)).toBeGreaterThan(max - min)
        if (spanClass > 0) expect(spanLimitUs(spanClass - 1)).toBeLessThanOrEqual(max - min)
        expect(spanClassesOf(1 << spanClass)).toEqual([spanClass])
      }),
    )
    expect(spanClassOf(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(14)
  })
})
