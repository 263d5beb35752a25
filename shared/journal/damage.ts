import { FrameError } from '../frame/errors.ts'
import { DAMAGED_REMEMBERED_MAX } from './limits.ts'

/** Remembers which frames failed their check on the way to a reader, so that each is reported once. */
export interface DamageReport {
  readonly count: number
  /** What `read` gives, or undefined after noting that the frame at `lsn` could not be read. */
  check<T>(lsn: number, read: () => T): T | undefined
  note(lsn: number, reason: string): void
}

export function createDamageReport(onDamage: (lsn: number, reason: string) => void): DamageReport {
  const seen = new Set<number>()
  let count = 0

  function note(lsn: number, reason: string): void {
    if (seen.has(lsn)) return
    if (seen.size < DAMAGED_REMEMBERED_MAX) seen.add(lsn)
    count += 1
    onDamage(lsn, reason)
  }

  return {
    get count() {
      return count
    },
    note,
    check(lsn, read) {
      try {
        return read()
      } catch (error) {
        if (!(error instanceof FrameError)) throw error
        note(lsn, error.message)
        return undefined
      }
    },
  }
}
