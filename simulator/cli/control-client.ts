import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import * as z from 'zod'
import { AnswerIssue } from '../../shared/asking/asked.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { controlSocketPath, isNobodyThere, to } from './control-server.ts'
import { CliError } from './errors.ts'
import type { StateDirectory } from './state-directory.ts'

const Refusal = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    issues: z.array(AnswerIssue),
  }),
})

/** The connection broke under the question: the gateway is about to end. */
const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

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
  body?: unknown,
): Promise<IncomingMessage | undefined> {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  )
  const asking = request({
    ...to(controlSocketPath(state.path)),
    method,
    path: `${path}?${new URLSearchParams(parameters)}`,
  })
  asking.end(body === undefined ? undefined : JSON.stringify(body))
  let response: IncomingMessage
  try {
    ;[response] = (await once(asking, 'response')) as [IncomingMessage]
  } catch (error) {
    if (isNobodyThere(error)) return undefined
    throw asCut(error, state)
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

/** What a broken connection means to whoever asked; any other error stays what it is. */
export function asCut(error: unknown, state: StateDirectory): unknown {
  if (!(error instanceof Error && 'code' in error && CUT.has(String(error.code)))) return error
  return new CliError('GENBA_GATEWAY_BUSY', 'the gateway ended before it had answered', {
    where: state.path,
    mend: 'ask again once it has stopped or started',
  })
}

export async function readJson(response: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
