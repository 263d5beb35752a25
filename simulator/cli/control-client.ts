import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import * as z from 'zod'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { controlSocketPath } from './control-server.ts'
import { CliError } from './errors.ts'
import type { StateDirectory } from './state-directory.ts'

const Refusal = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    issues: z.array(z.record(z.string(), z.string())),
  }),
})

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED'])

/**
 * Asks the running gateway of a state directory.
 * @returns its answer, or undefined when no gateway runs there
 * @throws GenbaError that the gateway answered with
 */
export async function askGateway(
  state: StateDirectory,
  method: 'GET' | 'POST',
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): Promise<IncomingMessage | undefined> {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  )
  const asking = request({
    socketPath: controlSocketPath(state.path),
    method,
    path: `${path}?${new URLSearchParams(parameters)}`,
  })
  asking.end()
  let response: IncomingMessage
  try {
    ;[response] = (await once(asking, 'response')) as [IncomingMessage]
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOBODY.has(String(error.code))) return undefined
    throw error
  }
  if (response.statusCode === 200) return response
  const { error } = Refusal.parse(await readJson(response))
  throw new GenbaError(error.code, error.message, { issues: error.issues })
}

/** @throws CliError `GENBA_GATEWAY_STOPPED` when no gateway runs there */
export async function askRunningGateway(...question: Parameters<typeof askGateway>): Promise<unknown> {
  const response = await askGateway(...question)
  if (response !== undefined) return readJson(response)
  const [state] = question
  throw new CliError('GENBA_GATEWAY_STOPPED', 'the gateway is not running', {
    where: state.path,
    mend: `start it with: genba start --state ${state.path}`,
  })
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
