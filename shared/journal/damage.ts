import { ChunkError } from '../chunk/errors.ts'
import { FrameError } from '../frame/errors.ts'
import { RollupError } from '../rollup/errors.ts'
import { DAMAGED_REMEMBERED_MAX } from './limits.ts'

/** What failed its check: the frame at a log position, or a chunk. */
export type DamagedPlace = { readonly lsn: number } | { readonly chunkId: number }

/** Remembers what failed its check on the way to a reader, so that each is reported once. */
export interface DamageReport {
  readonly count: number
  /** What `read` gives, or undefined after noting that what stands there could not be read. */
  check<T>(place: DamagedPlace, read: () => T): T | undefined
  note(place: DamagedPlace, reason: string): void
}

export function createDamageReport(onDamage: (place: DamagedPlace, reason: string) => void): DamageReport {
  const seen = new Set<string>()
  let count = 0

  function note(place: DamagedPlace, reason: string): void {
    const name = JSON.stringify(place)
    if (seen.has(name)) return
    if (seen.size < DAMAGED_REMEMBERED_MAX) seen.add(name)
    count += 1
    onDamage(place, reason)
  }

  return {
    get count() {
      return count
    },
    note,
    check(place, read) {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof FrameError || error instanceof ChunkError || error instanceof RollupError))
          throw error
        note(place, error.message)
        return undefined
      }
    },
  }
}
