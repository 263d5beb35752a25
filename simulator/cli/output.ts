import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { describeTerminal, type Terminal } from './terminal.ts'

/** Data goes to stdout; progress, notices and errors go to stderr. */
export interface Output {
  readonly terminal: Terminal
  readonly errorTerminal: Terminal
  /** Resolves when there is room for more. */
  data(text: string): Promise<void>
  json(value: unknown): Promise<void>
  note(text: string): void
  /** Without a line end: for what is written over. */
  noteInPlace(text: string): void
  /** Aborted when nobody reads stdout any more, as after `genba history | head`. */
  readonly closed: AbortSignal
}

export function createOutput(noColour: boolean): Output {
  const { env, stdout, stderr } = process
  const closing = new AbortController()
  const closeOn = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    closing.abort()
  }
  stdout.on('error', closeOn)
  // Nobody is left to be told: a closed stderr must not end a gateway that works.
  stderr.on('error', () => {})
  const data = (text: string): Promise<void> => write(stdout, text, closing.signal)
  return {
    terminal: describeTerminal({ stream: stdout, env, noColour }),
    errorTerminal: describeTerminal({ stream: stderr, env, noColour }),
    data,
    json: (value) => data(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    noteInPlace: (text) => void stderr.write(text),
    closed: closing.signal,
  }
}

async function write(stream: Writable, text: string, closed: AbortSignal): Promise<void> {
  if (closed.aborted || stream.write(text)) return
  try {
    await once(stream, 'drain', { signal: closed })
  } catch (error) {
    if (!closed.aborted) throw error
  }
}
