import * as z from 'zod'
import type { Json } from '../../../../shared/bytes/json.ts'
import { describeZodIssue } from '../../../../shared/component/config-issues.ts'
import { isObject } from '../../configuration/tree.ts'
import { NucleusError } from '../../errors.ts'
import { isVersion } from '../../recipe/version.ts'

/** Parts that the control plane's document and the local request share. */

const isJsonObject = (value: unknown): value is { readonly [key: string]: Json } => isObject(value)

export const ConfigurationMap = z.custom<{ readonly [key: string]: Json }>(isJsonObject, {
  params: { expected: 'a map of keys' },
})

const isPointer = (text: string): boolean => text === '' || text.startsWith('/')

const Pointer = z.string().refine(isPointer, {
  params: { expected: 'a JSON pointer such as /level', mend: 'begin it with "/"; "" is everything' },
})

export const Version = z.string().refine(isVersion, {
  params: { expected: 'a semantic version such as 1.0.0' },
})

/** Keys are `merge` and `reset`, or in capitals as the IPC spells them. */
export const UpdateFields = z.preprocess(
  lowerKeys,
  z.object({ merge: ConfigurationMap.nullish(), reset: z.array(Pointer).nullish() }),
)

function lowerKeys(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]))
}

export const RunWithFields = z.object({
  posixUser: z.string().min(1).nullish(),
  systemResourceLimits: z
    .object({ memory: z.number().positive().nullish(), cpus: z.number().positive().nullish() })
    .nullish(),
})

export const FailureHandling = z.enum(['ROLLBACK', 'DO_NOTHING'])

/** @throws NucleusError `GENBA_DEPLOYMENT_INVALID` with one issue for each faulty place */
export function readFields<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap((issue) => describeZodIssue(issue, value))
  throw new NucleusError('GENBA_DEPLOYMENT_INVALID', `${what} cannot be read`, issues)
}

type Present<Value> = { [Key in keyof Value]: Exclude<Value[Key], null | undefined> }

/** Leaves out what is null or undefined: both mean that a field was not given. */
export function present<Value extends object>(value: Value): Partial<Present<Value>> {
  const given = Object.entries(value).filter(([, item]) => item !== null && item !== undefined)
  return Object.fromEntries(given) as Partial<Present<Value>>
}
