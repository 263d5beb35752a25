import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addToM4,
  type CurvePoint,
  createM4,
  type M4,
  mergeM4,
  pointsOfM4,
} from '../../../../shared/aggregate/downsample/m4.ts'

const curves = fc.uniqueArray(
  fc.record({ timeUs: fc.integer({ min: 0, max: 999 }), value: fc.integer({ min: -20, max: 20 }) }),
  { selector: ({ timeUs }) => timeUs, minLength: 1, maxLength: 80 },
)

const drawn = (points: readonly CurvePoint[], columns: number, onto: M4 = createM4(0, 1000, columns)): M4 =>
  addToM4(
    onto,
    Float64Array.from(points, ({ timeUs }) => timeUs),
    Float64Array.from(points, ({ value }) => value),
  )

const byTime = (points: readonly CurvePoint[]) => points.toSorted((left, right) => left.timeUs - right.timeUs)

/** Vertical extent of the polyline in each column, its edges included: the pixels that a display would set. */
function extents(points: readonly CurvePoint[], columns: number): string[] {
  const width = 1000 / columns
  const rows = Array.from({ length: columns }, () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  const note = (column: number, value: number) => {
    const row = rows[column]
    if (row !== undefined) rows[column] = [Math.min(row[0] ?? 0, value), Math.max(row[1] ?? 0, value)]
  }
  for (const [index, point] of points.entries()) {
    note(Math.floor(point.timeUs / width), point.value)
    const next = points[index + 1]
    if (next === undefined) continue
    for (
      let column = Math.floor(point.timeUs / width) + 1;
      column <= Math.floor(next.timeUs / width);
      column++
    ) {
      const share = (column * width - point.timeUs) / (next.timeUs - point.timeUs)
      const crossing = point.value + share * (next.value - point.value)
      note(column - 1, crossing)
      note(column, crossing)
    }
  }
  return rows.map((row) => row.map((value) => value.toFixed(6)).join())
}

describe('M4', () => {
  it('puts a sample that lies on the line of a column into that column, however many there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 10 ** 10 }),
        (count, widthUs) => {
          const lines = Float64Array.from({ length: count }, (_, column) => column * widthUs)
          const m4 = addToM4(createM4(0, count * widthUs, count), lines, new Float64Array(count))
          expect(m4.columns.map((column) => column?.first.timeUs)).toEqual([...lines])
          const before = lines.map((lineUs) => lineUs + widthUs - 1)
          const ends = addToM4(createM4(0, count * widthUs, count), before, new Float64Array(count))
          expect(ends.columns.map((column) => column?.last.timeUs)).toEqual([...before])
        },
      ),
    )
  })

  it('draws the pixels of the whole curve', () => {
    fc.assert(
      fc.property(curves, fc.constantFrom(1, 4, 10, 50), (points, columns) => {
        const kept = pointsOfM4(drawn(points, columns))
        expect(kept.length).toBeLessThanOrEqual(4 * columns)
        expect(extents(kept, columns)).toEqual(extents(byTime(points), columns))
      }),
      { numRuns: 300 },
    )
  })

  it('is the same in any order of arrival and any grouping', () => {
    fc.assert(
      fc.property(curves, fc.nat(), (points, cut) => {
        const at = cut % (points.length + 1)
        const merged = mergeM4(drawn(points.slice(at), 10), drawn(points.slice(0, at), 10))
        expect(merged).toEqual(drawn(byTime(points), 10))
        expect(drawn(points.slice(at), 10, drawn(points.slice(0, at), 10))).toEqual(merged)
      }),
    )
  })

  it('leaves out what lies outside and what is no number', () => {
    const points = [
      { timeUs: -1, value: 5 },
      { timeUs: 1000, value: 5 },
      { timeUs: 10, value: Number.NaN },
      { timeUs: 999, value: 2 },
    ]
    expect(pointsOfM4(drawn(points, 3))).toEqual([{ timeUs: 999, value: 2 }])
  })

  it('refuses a drawing without columns, and to merge with another', () => {
    expect(() => createM4(0, 0, 5)).toThrow(RangeError)
    expect(() => createM4(0, 10, 20_000)).toThrow(RangeError)
    expect(() => mergeM4(createM4(0, 10, 5), createM4(0, 10, 6))).toThrow('do not merge')
  })
})
