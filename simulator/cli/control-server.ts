import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { removeSocket, socketPath } from '../socket/socket-path.ts'
import { CliError } from './errors.ts'

/** One question to a running gateway: `GET /status`, `POST /stop`. */
export type Route = (request: ControlRequest, response: ServerResponse) => Promise<void>
export type Routes = ReadonlyMap<string, Route>

export interface ControlRequest {
  readonly query: URLSearchParams
  /** What came with a POST, whole. @throws CliError `GENBA_USAGE` when it is too long */
  body(): Promise<string>
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal
}

export interface ControlServer {
  readonly path: string
  /** Before this is called, every question is answered with `GENBA_GATEWAY_BUSY`. */
  serve(routes: Routes): void
  close(): Promise<void>
}

const SOCKET = 'control.sock'
const PROBE_MS_MAX = 2000
/** More than any configuration that a deployment may carry. */
const BODY_BYTES_MAX = 4 * 1024 * 1024
/** Read and write for the owner alone: whoever may connect may stop the gateway. */
const UMASK = 0o177

export const controlSocketPath = (stateDirectory: string): string => socketPath(stateDirectory, SOCKET)

/**
 * Opens the socket by which commands reach the gateway of a state directory. The socket of a dead gateway is replaced.
 * @throws CliError `GENBA_GATEWAY_RUNNING` when somebody answers on it
 */
export async function listenForControl(stateDirectory: string): Promise<ControlServer> {
  if (await isAnswered(controlSocketPath(stateDirectory))) {
    throw new CliError('GENBA_GATEWAY_RUNNING', 'a gateway is running in this directory', {
      where: stateDirectory,
      mend: `stop it with: genba stop --state ${stateDirectory}; or give the new one another --state DIR`,
    })
  }
  removeSocket(stateDirectory, SOCKET)
  const path = controlSocketPath(stateDirectory)
  let routes: Routes | undefined
  const server = createServer((incoming, response) => void answer(routes, incoming, response))
  const before = process.umask(UMASK)
  server.listen(path)
  process.umask(before)
  await once(server, 'listening')
  return {
    path,
    serve: (given) => {
      routes = given
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      removeSocket(stateDirectory, SOCKET)
    },
  }
}

/** A connection for each question: a kept one may be dead when the next comes. */
export const to = (path: string): { readonly socketPath: string; readonly agent: false } => ({
  socketPath: path,
  agent: false,
})

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'])

/** True of the error that a socket without a listener gives. */
export const isNobodyThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && NOBODY.has(String(error.code))

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ ...to(path), path: '/', timeout: PROBE_MS_MAX }, (response) => {
      response.resume()
      resolve(true)
    })
    // Somebody may listen and be too busy to say so.
    probe.on('error', (error) => resolve(!isNobodyThere(error)))
    probe.on('timeout', () => resolve(true))
    probe.end()
  })
}

async function answer(
  routes: Routes | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://gateway')
  const leaving = new AbortController()
  response.on('close', () => leaving.abort())
  try {
    const route = routeFor(routes, `${incoming.method} ${url.pathname}`)
    await route({ query: url.searchParams, body: () => readBody(incoming), gone: leaving.signal }, response)
  } catch (error) {
    refuse(response, error)
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) {
      throw new CliError('GENBA_USAGE', `the request is longer than ${BODY_BYTES_MAX} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function routeFor(routes: Routes | undefined, name: string): Route {
  if (routes === undefined) throw new CliError('GENBA_GATEWAY_BUSY', 'the gateway is still starting')
  const route = routes.get(name)
  if (route === undefined) throw new CliError('GENBA_USAGE', `the gateway does not know ${name}`)
  return route
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    // Part of the answer is on its way: only a broken connection tells the client that the rest is missing.
    response.destroy()
    return
  }
  const { code, issues } = error instanceof GenbaError ? error : { code: 'GENBA_GATEWAY_FAILED', issues: [] }
  const message = error instanceof GenbaError ? error.message : describeError(error)
  sendJson(response, { error: { code, message, issues } }, 400)
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(value)}\n`)
}
