import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { Log } from '../../component/host.ts'
import type { FunctionLog } from '../../function/author.ts'
import { LOG_LINE_LENGTH_MAX, LOG_LINES_PER_CALL_MAX } from '../../function/limits.ts'
import type { FromWorker } from './messages.ts'

/** How a function is heard: `context.log` and the console, so many lines a call. */
interface Voice {
  readonly log: FunctionLog
  /** Sends what is written to the console and to standard output into the component's log. */
  takeOutput(): void
  begin(): void
  /** Says how many lines were left out. */
  end(): void
}

export function createVoice(post: (message: FromWorker) => void): Voice {
  let lines = 0
  let leftOut = 0
  const say = (level: keyof Log, text: string): void => {
    if (lines >= LOG_LINES_PER_CALL_MAX) {
      leftOut += 1
      return
    }
    lines += 1
    post({ type: 'log', level, text: text.slice(0, LOG_LINE_LENGTH_MAX) })
  }
  const at = (level: keyof Log) => (text: string) => say(level, String(text))
  const end = (): void => {
    if (leftOut > 0)
      post({ type: 'log', level: 'warn', text: `${leftOut} more lines of this call are left out` })
    leftOut = 0
  }
  return {
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    takeOutput() {
      const stdout = streamOf(at('info'))
      const stderr = streamOf(at('warn'))
      // Into the object itself: modules may hold it already.
      Object.assign(console, new Console({ stdout, stderr }))
      // Node's own streams hand over everything a busy function has written at once: seconds for the component to read.
      Object.defineProperty(process, 'stdout', { value: stdout })
      Object.defineProperty(process, 'stderr', { value: stderr })
    },
    begin() {
      lines = 0
      leftOut = 0
    },
    end,
  }
}

const streamOf = (say: (text: string) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      say(String(chunk).replace(/\n$/, ''))
      done()
    },
  })
