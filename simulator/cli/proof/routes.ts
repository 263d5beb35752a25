import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { HistorianClient } from '../../../shared/reading/historian-client.ts'
import { type ControlRequest, type Route, sendJson } from '../control-server.ts'
import type { Gateway } from '../gateway.ts'

/** What a running gateway proves of its store. */
export const proofRoutes = ({ historian }: Pick<Gateway, 'historian'>): readonly [string, Route][] => [
  ['GET /evidence', (request, response) => sendEvidence(historian, request, response)],
  ['GET /verification', (request, response) => sendVerification(historian, request, response)],
  [
    'GET /head',
    async ({ query, gone }, response) =>
      sendJson(response, await historian.head(Number(query.get('since') ?? 0), gone)),
  ],
]

async function sendEvidence(
  historian: HistorianClient,
  { query, gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  const bound = (name: string): number | null => {
    const text = query.get(name)
    return text === null ? null : Number(text)
  }
  const question = { tag: query.get('tag') ?? '', fromUs: bound('fromUs'), toUs: bound('toUs') }
  for await (const { bytes } of historian.prove(question, gone)) {
    if (bytes !== undefined) await send(response, bytes, gone)
  }
  response.end()
}

/** Lines: how many frames and chunks are checked so far, then what was found. */
async function sendVerification(
  historian: HistorianClient,
  { gone }: ControlRequest,
  response: ServerResponse,
): Promise<void> {
  const parts: Uint8Array[] = []
  for await (const { bytes, done } of historian.verify(gone)) {
    if (bytes === undefined) await send(response, Buffer.from(`${JSON.stringify({ checked: done })}\n`), gone)
    else parts.push(bytes)
  }
  response.end(Buffer.concat([...parts, Buffer.from('\n')]))
}

async function send(response: ServerResponse, bytes: Uint8Array, gone: AbortSignal): Promise<void> {
  if (!response.write(bytes)) await once(response, 'drain', { signal: gone })
}
