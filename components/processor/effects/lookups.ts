import type { Json } from '../../../shared/bytes/json.ts'
import type { CloudCopies } from '../../../shared/component/host.ts'
import type { FunctionPool } from '../../../shared/function/pool.ts'
import { toJsonText, toText } from '../../../shared/sql/convert.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'

/** Answers of the site's functions, by the id of their input. */
export interface FunctionAnswers {
  readonly waiting: Map<string, { resolve(result: Json | undefined): void; reject(error: Error): void }>
}

export const createFunctionAnswers = (): FunctionAnswers => ({ waiting: new Map() })

export interface LookupParts {
  readonly functions: Pick<FunctionPool, 'call'>
  readonly answers: FunctionAnswers
  readonly copies: CloudCopies
}

/**
 * Asks what a rule wants to know outside its message. `aws_lambda` calls a function of the site, by the last part of
 * the ARN; roles are the cloud's, and have no meaning here.
 *
 * @param id unique for this question
 * @throws Error when there is no answer
 */
export function askOutside(
  { functions, answers, copies }: LookupParts,
  id: string,
  name: string,
  args: readonly SqlValue[],
): Promise<Json | undefined> {
  const text = (index: number): string => toText(args[index]) ?? ''
  switch (name) {
    case 'aws_lambda':
      return callFunction(functions, answers, {
        id,
        function: text(0).split(':').at(-1) ?? '',
        event: plain(args[1]),
      })
    case 'get_thing_shadow':
      return copies.thingShadow(text(0), args.length > 2 ? text(1) : undefined)
    case 'get_secret':
      return readSecret(copies, args)
    default:
      return Promise.reject(new Error(`${name} has no answer on a gateway`))
  }
}

/** What JSON makes of it. */
const plain = (value: SqlValue): Json =>
  value === undefined ? null : (JSON.parse(toJsonText(value)) as Json)

function callFunction(
  functions: Pick<FunctionPool, 'call'>,
  { waiting }: FunctionAnswers,
  input: { readonly id: string; readonly function: string; readonly event: Json },
): Promise<Json | undefined> {
  return new Promise((resolve, reject) => {
    waiting.set(input.id, { resolve, reject })
    const answer = functions.call({ ...input, key: input.id })
    if (answer.accepted) return
    waiting.delete(input.id)
    reject(new Error(answer.message))
  })
}

/** `get_secret(id, 'SecretString'[, key], role)`: with a key, that member of a secret that is a JSON object. */
async function readSecret(copies: CloudCopies, args: readonly SqlValue[]): Promise<Json | undefined> {
  if (args[1] !== 'SecretString') throw new Error('a gateway answers with SecretString alone')
  const secret = await copies.secret(toText(args[0]) ?? '')
  const key = args.length > 3 ? toText(args[2]) : undefined
  if (key === undefined) return secret
  const members = readMembers(secret)
  return Object.hasOwn(members, key) ? members[key] : undefined
}

/** What is thrown here is logged, so it says nothing of the secret. */
function readMembers(secret: string): Readonly<Record<string, Json>> {
  try {
    const members: unknown = JSON.parse(secret)
    if (typeof members === 'object' && members !== null) return members as Readonly<Record<string, Json>>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new Error('the secret is no JSON object')
}
