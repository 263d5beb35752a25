import { encodeTimeVector } from './samples-encode.ts'
import type { EncodedTimes } from './times.ts'

/** Finds equal time vectors, so that columns which were sampled together carry their times once. */
export interface VectorPool {
  /** The encoding of these times: that of an equal vector seen before, or a new one. */
  encode(timesUs: Float64Array): EncodedTimes
}

interface Seen {
  readonly timesUs: Float64Array
  readonly encoded: EncodedTimes
}

export function createVectorPool(): VectorPool {
  const byShape = new Map<string, Seen[]>()
  const byArray = new Map<Float64Array, EncodedTimes>()

  return {
    encode(timesUs) {
      const same = byArray.get(timesUs)
      if (same !== undefined) return same
      const shape = shapeOf(timesUs)
      const candidates = byShape.get(shape) ?? []
      const equal = candidates.find((seen) => areEqual(seen.timesUs, timesUs))
      const encoded = equal?.encoded ?? encodeTimeVector(timesUs)
      if (equal === undefined) byShape.set(shape, [...candidates, { timesUs, encoded }])
      byArray.set(timesUs, encoded)
      return encoded
    },
  }
}

/** Cheap to compute and seldom equal for different vectors: length, both ends and the middle. */
function shapeOf(timesUs: Float64Array): string {
  const count = timesUs.length
  return `${count} ${timesUs[0]} ${timesUs[count >> 1]} ${timesUs[count - 1]}`
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return a.length === b.length
}
