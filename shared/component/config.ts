import * as z from 'zod'
import { GenbaError, type Issue } from '../errors/genba-error.ts'
import { describeZodIssue } from './config-issues.ts'
import { findUnknownKeys } from './unknown-keys.ts'

/** The configuration of a component is not what its schema asks for. */
export class ConfigError extends GenbaError {
  constructor(component: string, issues: readonly Issue[]) {
    super('GENBA_CONFIG_INVALID', `the configuration of ${component} is refused`, { issues })
    this.name = 'ConfigError'
  }
}

export type ConfigCheck<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly error: ConfigError }

/** More issues than this help nobody; a file in the wrong format can have thousands. */
const ISSUES_MAX = 20

/**
 * Checks a configuration against the schema of its component. All issues are reported at once, unknown keys
 * among them. `accessControl`, which Greengrass keeps in the same place, is not the component's and is ignored.
 */
export function checkConfig<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { component }: { readonly component: string },
): ConfigCheck<z.output<Schema>> {
  const own = withoutAccessControl(value)
  const unknownKeys = findUnknownKeys(schema, own)
  const parsed = schema.safeParse(own)
  const invalid = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeZodIssue(issue, own))
  const issues = [...unknownKeys, ...invalid].slice(0, ISSUES_MAX)
  if (parsed.success && issues.length === 0) return { ok: true, config: parsed.data }
  return { ok: false, error: new ConfigError(component, issues) }
}

function withoutAccessControl(value: unknown): unknown {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => key.toLowerCase() !== 'accesscontrol'))
}

/** What a user may write, as JSON Schema (draft 2020-12): for documentation and for editors. */
export function configJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) }
}
