import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { type ControlRequest, type Route, type Routes, sendJson } from './control-server.ts'
import type { Installation } from './deployments.ts'
import { CliError } from './errors.ts'
import { findComponent } from './find-component.ts'
import type { Gateway } from './gateway.ts'
import { formatSamples, type HistoryFormat, historyHeader } from './history-format.ts'
import type { ProcessorQuestion } from './processor-client.ts'
import { readRunningStats } from './store-stats.ts'
import { streamLog } from './stream-log.ts'

/** What a running gateway answers and does for the other commands. */
export function createRoutes(gateway: Gateway, installation: Installation, askToStop: () => void): Routes {
  return new Map<string, Route>([
    ['GET /status', async (_request, response) => sendJson(response, gateway.status())],
    ['GET /history', (request, response) => streamHistory(gateway, request, response)],
    ['GET /store', async ({ gone }, response) => sendJson(response, await readRunningStats(gateway, gone))],
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
  { historian }: Gateway,
  { query, gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  const format: HistoryFormat = query.get('format') === 'jsonl' ? 'jsonl' : 'csv'
  const bound = (name: string): number | undefined => {
    const text = query.get(name)
    return text === null ? undefined : Number(text)
  }
  const range = { tags: query.getAll('tag'), fromUs: bound('fromUs'), toUs: bound('toUs'), signal: gone }
  try {
    let text = historyHeader(format)
    for await (const frame of historian.range(range)) {
      if (!response.write(text)) await once(response, 'drain', { signal: gone })
      text = formatSamples(frame, format)
    }
    response.end(text)
  } catch (error) {
    if (!gone.aborted) throw error
  }
}
