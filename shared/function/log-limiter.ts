import type { Log, LogFields } from '../component/host.ts'
import type { Clock } from '../time/time.ts'
import { LOG_LINES_PER_SECOND_MAX } from './limits.ts'

/** A log that takes so many lines a second and counts the rest; the next line that passes says how many. */
export interface LimitedLog {
  write(level: keyof Log, fields: LogFields, message: string): void
  readonly suppressed: number
}

export function createLimitedLog(log: Log, clock: Clock): LimitedLog {
  let secondBegan = Number.NEGATIVE_INFINITY
  let written = 0
  let suppressed = 0
  let untold = 0
  return {
    write(level, fields, message) {
      const nowMs = clock.monotonicMs()
      if (nowMs - secondBegan >= 1000) {
        secondBegan = nowMs
        written = 0
      }
      if (written >= LOG_LINES_PER_SECOND_MAX) {
        suppressed += 1
        untold += 1
        return
      }
      written += 1
      log[level](untold === 0 ? fields : { ...fields, suppressed: untold }, message)
      untold = 0
    },
    get suppressed() {
      return suppressed
    },
  }
}
