import { isDeepStrictEqual } from 'node:util'
import { type FrameClient, type Incoming, openFrameClient } from './frame-client.ts'
import type { Action, Answer, Step } from './recording.ts'

/** A step at which the core did not answer as it was recorded. */
export interface Difference {
  readonly recording: string
  readonly step: string
  /** Answers that were recorded and did not come. */
  readonly missing: readonly string[]
  /** Answers that came and were not recorded. */
  readonly unexpected: readonly string[]
}

export interface ReplayOptions {
  readonly socketPath: string
  /** Longest wait for an answer, or for the core to say that there is none. */
  readonly answerMs: number
}

/** Longer answers are not read: a frame of 10 kB differs in its first hundred characters or not at all. */
const SHOWN_CHARACTERS_MAX = 300

/** Puts a recording to a core, one step after the other, each on the connection that the last one left. */
export async function replay(
  recording: string,
  steps: readonly Step[],
  { socketPath, answerMs }: ReplayOptions,
): Promise<Difference[]> {
  const differences: Difference[] = []
  let client: FrameClient | undefined
  try {
    for (const step of steps) {
      for (const action of step.actions) {
        if (action.kind === 'open') client?.close()
        client = act(action, client, socketPath)
      }
      const came = (await client?.take(step.answers.length, answerMs)) ?? []
      const difference = compare(step.answers, came)
      if (difference !== undefined) differences.push({ recording, step: step.title, ...difference })
    }
  } finally {
    client?.close()
  }
  return differences
}

function act(action: Action, client: FrameClient | undefined, socketPath: string): FrameClient {
  if (action.kind === 'open') return openFrameClient(socketPath)
  if (client === undefined) throw new Error('a recording begins without a connection')
  switch (action.kind) {
    case 'connect':
      client.connect(action.payload, action.version)
      break
    case 'request':
      client.request(action.stream, action.operation, action.payload)
      break
    case 'terminate':
      client.send({ type: 0, flags: 2, streamId: action.stream })
      break
    case 'ping':
      client.send({ type: 2, streamId: 0 })
  }
  return client
}

/** A delivery may come before or after the answer to the publisher: on a real core both were seen. */
function compare(
  answers: readonly Answer[],
  came: readonly Incoming[],
): Pick<Difference, 'missing' | 'unexpected'> | undefined {
  const left = [...came]
  const missing = answers.filter((answer) => {
    const index = left.findIndex((one) => fits(one, answer))
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
  if (missing.length === 0 && left.length === 0) return undefined
  return { missing: missing.map(spell), unexpected: left.map(({ line }) => shorten(line)) }
}

function fits({ line, headers, payload }: Incoming, answer: Answer): boolean {
  if (answer.kind === 'closed') return line === 'CLOSED'
  if (answer.kind === 'frame') return fitsText(line, answer.text)
  return (
    headers[':stream-id'] === answer.stream &&
    headers['service-model-type'] === `aws.greengrass#${answer.shape}` &&
    headers[':message-type'] === (answer.type === 'error' ? 1 : 0) &&
    isDeepStrictEqual(readJson(payload), answer.payload)
  )
}

/** A question mark of the recording stands for any one character. */
const fitsText = (line: string, text: string): boolean =>
  line.length === text.length &&
  [...text].every((character, index) => character === '?' || character === line[index])

function readJson(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

function spell(answer: Answer): string {
  if (answer.kind === 'closed') return 'CLOSED'
  if (answer.kind === 'frame') return shorten(answer.text)
  const { stream, type, shape, payload } = answer
  return shorten(`${stream} ${type} ${shape} ${JSON.stringify(payload)}`)
}

const shorten = (text: string): string =>
  text.length <= SHOWN_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_CHARACTERS_MAX - 1)}…`
