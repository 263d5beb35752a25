import type { JsonObject } from '../../shared/bytes/json.ts'

/** One thing that the client does. */
export type Action =
  | { readonly kind: 'open' }
  | { readonly kind: 'connect'; readonly version: string; readonly payload: string }
  | {
      readonly kind: 'request'
      readonly stream: number
      readonly operation: string
      readonly payload: string
    }
  | { readonly kind: 'terminate'; readonly stream: number }
  | { readonly kind: 'ping' }

/** What the recorded core answered, in any order within a step. */
export type Answer =
  | { readonly kind: 'closed' }
  /** A frame as frame-client.ts writes it down, to the byte; each `?` stands for any one character. */
  | { readonly kind: 'frame'; readonly text: string }
  /** A frame by its meaning: the device SDK showed no more of it. */
  | {
      readonly kind: 'message'
      readonly stream: number
      readonly type: 'response' | 'event' | 'error'
      readonly shape: string
      readonly payload: unknown
    }

export interface Step {
  readonly title: string
  readonly actions: readonly Action[]
  readonly answers: readonly Answer[]
}

/** What differs between the recorded core and the one it is replayed against. */
export interface Surroundings {
  readonly token: string
  readonly region: string
  /** The accessControl of com.example.Alpha. */
  readonly rights: JsonObject
  /** Time of what is written, and a value that was never written before. */
  readonly nowMs: number
}

/**
 * Reads a recording:
 *
 * - `== TITLE` begins a step;
 * - `> open` opens a connection, `> connect PAYLOAD` and `> connect@VERSION PAYLOAD` send Connect, `> STREAM OPERATION
 *   PAYLOAD` a request, `> terminate STREAM` ends a stream, `> ping` pings;
 * - `< [LENGTH] HEADERS | PAYLOAD` is an answer to the byte, `< STREAM response|event|error SHAPE PAYLOAD` one by its
 *   meaning, `< CLOSED` the end of the connection;
 * - `{{token}}`, `{{region}}`, `{{rights}}`, `{{now}}` and `{{seconds}}` are the surroundings; `{{bytes N}}` is base64 of N bytes,
 *   `{{levels N}}` a map N levels deep, `{{keys N}}` a map of N keys.
 */
export function readRecording(text: string, surroundings: Surroundings): Step[] {
  const blocks = fillIn(text, surroundings).split(/^== /m).slice(1)
  return blocks.map((block) => {
    const [title = '', ...lines] = block.split('\n')
    const linesWith = (sign: string) =>
      lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(sign.length))
    return { title, actions: linesWith('> ').map(readAction), answers: linesWith('< ').map(readAnswer) }
  })
}

function fillIn(text: string, { token, region, rights, nowMs }: Surroundings): string {
  const values: Readonly<Record<string, (count: number) => string>> = {
    token: () => token,
    region: () => region,
    rights: () => JSON.stringify(rights),
    now: () => String(nowMs),
    seconds: () => String(Math.floor(nowMs / 1000)),
    bytes: (count) => Buffer.alloc(count).toString('base64'),
    levels: (count) => `${'{"a":'.repeat(count)}1${'}'.repeat(count)}`,
    keys: (count) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]))),
  }
  return text.replace(/\{\{(\w+)(?: (\d+))?\}\}/g, (whole, name: string, count?: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`a recording has ${whole}, which nothing stands for`)
    return value(Number(count))
  })
}

function readAction(line: string): Action {
  const [head = '', second = '', ...rest] = line.split(' ')
  if (head === 'open' || head === 'ping') return { kind: head }
  if (head === 'terminate') return { kind: 'terminate', stream: Number(second) }
  if (head.startsWith('connect')) {
    const [, version = '0.1.0'] = head.split('@')
    return { kind: 'connect', version, payload: [second, ...rest].join(' ') }
  }
  return { kind: 'request', stream: Number(head), operation: second, payload: rest.join(' ') }
}

function readAnswer(line: string): Answer {
  if (line === 'CLOSED') return { kind: 'closed' }
  if (line.startsWith('[')) return { kind: 'frame', text: line }
  const [stream = '', type = '', shape = '', ...rest] = line.split(' ')
  if (type !== 'response' && type !== 'event' && type !== 'error') throw new Error(`no answer: ${line}`)
  return { kind: 'message', stream: Number(stream), type, shape, payload: JSON.parse(rest.join(' ')) }
}
