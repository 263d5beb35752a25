import type * as z from 'zod'
import { invalid } from './errors.ts'

/** A request that is believed, taken apart. */
export interface ApiRequest {
  /** Labels of the path, decoded. */
  readonly labels: Readonly<Record<string, string>>
  /** Of a parameter that comes several times, all values. */
  readonly query: ReadonlyMap<string, readonly string[]>
  /** JSON; undefined where there is none. */
  readonly body: unknown
}

export interface ApiAnswer {
  readonly status: number
  readonly body?: object
}

export type Operation = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>

export const ok = (body: object): ApiAnswer => ({ status: 200, body })
export const created = (body: object): ApiAnswer => ({ status: 201, body })
export const noContent: ApiAnswer = { status: 204 }

/**
 * The body of a request.
 * @throws ApiError `ValidationException` that names every faulty field
 */
export function readBodyAs<Shape>({ body }: ApiRequest, shape: z.ZodType<Shape>): Shape {
  const parsed = shape.safeParse(body ?? {})
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ name: path.join('.'), message }))
  const first = fields[0]
  throw invalid(`The request is not valid: ${first?.name}: ${first?.message}`, fields)
}

export const labelOf = ({ labels }: ApiRequest, name: string): string => labels[name] ?? ''

export const queryOf = ({ query }: ApiRequest, name: string): string | undefined => query.get(name)?.[0]

/** A query parameter that has one of some values. */
export function choiceOf<Choice extends string>(
  request: ApiRequest,
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const text = queryOf(request, name)
  if (text === undefined) return fallback
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) {
    throw invalid(`The value of ${name} is not valid`, [
      { name, message: `Member must satisfy enum value set: [${choices.join(', ')}]` },
    ])
  }
  return choice
}

/** Seconds since 1970, as REST-JSON has timestamps. */
export const timestamp = (timeMs: number): number => timeMs / 1000
