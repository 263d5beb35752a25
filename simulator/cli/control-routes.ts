import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { LawQuestion } from '../../shared/contract/law-request.ts'
import type { ProcessorQuestion } from '../../shared/contract/processor-request.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { type ControlRequest, type Route, type Routes, sendJson } from './control-server.ts'
import { deploymentRoutes } from './deploying/routes.ts'
import type { Installation } from './deployments.ts'
import { CliError } from './errors.ts'
import { findComponent } from './find-component.ts'
import type { Gateway } from './gateway.ts'
import { frameBytes } from './history/frames.ts'
import type { HistoryQuestion } from './history/question.ts'
import { historyText, samplesOf } from './history/text.ts'
import { readRunningAudit } from './law/audit-read.ts'
import { proofRoutes } from './proof/routes.ts'
import { readRunningStats } from './store/stats.ts'
import { streamLog } from './stream-log.ts'

/** What a running gateway answers and does for the other commands. */
export function createRoutes(gateway: Gateway, installation: Installation, askToStop: () => void): Routes {
  return new Map<string, Route>([
    ['GET /status', async (_request, response) => sendJson(response, gateway.status())],
    ['GET /history', (request, response) => streamHistory(gateway, request, response)],
    ['GET /store', async ({ gone }, response) => sendJson(response, await readRunningStats(gateway, gone))],
    ...proofRoutes(gateway),
    ...deploymentRoutes(gateway.nucleus),
    ['POST /backup', (request, response) => streamBackup(gateway, request, response)],
    ['GET /log', (request, response) => streamLog(gateway, request, response)],
    [
      'POST /processor',
      async ({ query }, response) => {
        const question = JSON.parse(query.get('question') ?? 'null') as ProcessorQuestion
        sendJson(response, await gateway.processor.ask(question))
      },
    ],
    [
      'POST /law',
      async ({ query }, response) => {
        const question = JSON.parse(query.get('question') ?? 'null') as LawQuestion
        sendJson(response, await gateway.law.ask(question))
      },
    ],
    [
      'GET /audit',
      async ({ gone }, response) => sendJson(response, await readRunningAudit(gateway.historian, gone)),
    ],
    [
      'POST /fault/kill',
      async ({ query }, response) => {
        const name = findComponent(installation, query.get('component') ?? '')
        if (!gateway.nucleus.kill(name)) {
          throw new CliError('GENBA_GATEWAY_BUSY', `${name} has no process to kill`)
        }
        sendJson(response, { killed: name })
      },
    ],
    [
      'POST /fault/link',
      async ({ query }, response) => {
        const isUp = query.get('state') === 'up'
        gateway.setLink(isUp)
        sendJson(response, { link: isUp ? 'up' : 'down' })
      },
    ],
    [
      'POST /stop',
      async (_request, response) => {
        sendJson(response, { stopping: process.pid })
        askToStop()
      },
    ],
  ])
}

/** A line of JSON for each thing that the historian tells of it; an error is one, too, since others went before. */
async function streamBackup(
  { historian }: Gateway,
  { query, gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  try {
    for await (const told of historian.backup(query.get('directory') ?? '', gone)) {
      response.write(`${JSON.stringify(told)}\n`)
    }
  } catch (error) {
    if (gone.aborted || !(error instanceof GenbaError)) throw error
    response.write(`${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`)
  }
  response.end()
}

/** Rows are made as fast as the client takes them. */
async function streamHistory(
  { history }: Gateway,
  { query, gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  const question = JSON.parse(query.get('question') ?? 'null') as HistoryQuestion
  const format = query.get('format')
  const parts: AsyncIterable<string | Buffer> =
    format === 'frames'
      ? bytesOf(samplesOf(history, question, gone))
      : historyText(history, question, format === 'jsonl' ? 'jsonl' : 'csv', gone)
  try {
    for await (const part of withLateHead(parts)) {
      if (!response.write(part)) await once(response, 'drain', { signal: gone })
    }
    response.end()
  } catch (error) {
    if (!gone.aborted) throw error
  }
}

async function* bytesOf(frames: AsyncIterable<SampleFrame>): AsyncGenerator<Buffer> {
  for await (const frame of frames) yield frameBytes(frame)
}

/** Each part once the next is known: a question that is refused at its first step is answered by nothing but that. */
async function* withLateHead<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  let held: T | undefined
  for await (const part of parts) {
    if (held !== undefined) yield held
    held = part
  }
  if (held !== undefined) yield held
}
