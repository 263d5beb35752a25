import { createHash } from 'node:crypto'
import type { VirtualClock } from './virtual-clock.ts'

/** Everything that happens in a run, as one hash: two runs with one hash did the same, to the byte. */
export interface Trace {
  /** Payloads enter the hash whole; the printed line shows their size. */
  note(who: string, what: string, detail?: string | Uint8Array): void
  digest(): string
}

/** Notes are hashed in groups: a call into the hash costs more than the bytes of one note. */
const NOTES_PER_UPDATE = 128

export function createTrace(clock: VirtualClock, print?: (line: string) => void): Trace {
  const hash = createHash('sha256')
  let lines: string[] = []
  const flush = () => {
    hash.update(lines.join('\n'))
    lines = []
  }

  return {
    note(who, what, detail = '') {
      const line = `${clock.nowUs()} ${who} ${what}`
      if (typeof detail === 'string') {
        lines.push(line, detail)
      } else {
        lines.push(line)
        flush()
        hash.update(detail)
      }
      if (lines.length >= NOTES_PER_UPDATE) flush()
      print?.(`${line} ${typeof detail === 'string' ? detail : `${detail.length} bytes`}`)
    },
    digest() {
      flush()
      return hash.copy().digest('hex').slice(0, 16)
    },
  }
}
