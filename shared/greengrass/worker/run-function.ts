import { parentPort, workerData } from 'node:worker_threads'
import { RESULT_BYTES_MAX } from '../../function/limits.ts'
import { giveWay } from './give-way.ts'
import { heldBytes } from './held-bytes.ts'
import { loadHandler } from './load-handler.ts'
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts'
import { createVoice } from './voice.ts'
import { wordsOf } from './words.ts'

/** Runs one function in this thread, call by call. */
const start: WorkerStart = workerData
const { port } = start
// Taken before the function's own code can change them.
const { parse, stringify } = JSON
const exit = process.exit.bind(process)
const byteLength = Buffer.byteLength.bind(Buffer)
const post = (message: FromWorker): void => port.postMessage(message)

const die = (cause: 'load' | 'crash', error: unknown): void => {
  post({ type: 'dying', cause, message: wordsOf(error) })
  exit(1)
}

giveWay()
// Whatever the function's code posts here would pile up in the component.
parentPort?.close()
process.on('uncaughtException', (error) => die('crash', error))
const voice = createVoice(post)
voice.takeOutput()

try {
  const handle = await loadHandler(start)
  port.on('message', (call: ToWorker) => void take(handle, call))
  post({ type: 'ready' })
} catch (error) {
  die('load', error)
}

async function take(handle: (event: unknown, context: unknown) => unknown, call: ToWorker): Promise<void> {
  const { event, key, attempt, deadlineMs } = call
  voice.begin()
  const context = { function: start.name, key, attempt, deadlineMs, log: voice.log }
  const outcome = await attemptOf(async () => handle(parse(event), context))
  voice.end()
  post({ type: 'answer', call: call.call, outcome, memoryBytes: heldBytes() })
}

type Outcome = Extract<FromWorker, { readonly type: 'answer' }>['outcome']

async function attemptOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    const result: string | undefined = stringify(await run())
    const sizeBytes = result === undefined ? 0 : byteLength(result)
    if (sizeBytes <= RESULT_BYTES_MAX) return { ok: true, result }
    return { ok: false, error: `the result has ${sizeBytes} bytes as JSON, of at most ${RESULT_BYTES_MAX}` }
  } catch (error) {
    return { ok: false, error: wordsOf(error) }
  }
}
