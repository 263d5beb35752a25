import type * as z from 'zod'
import { checkConfig } from '../../shared/component/config.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'

/**
 * Checks a value that a file held against a schema.
 *
 * @param what whose configuration it is
 * @throws GenbaError `GENBA_CONFIG_INVALID` with every issue and its place in the file
 */
export function checkFile<Schema extends z.ZodType>(
  path: string,
  value: unknown,
  { schema, what }: { readonly schema: Schema; readonly what: string },
): z.output<Schema> {
  const checked = checkConfig(schema, value, { component: what })
  if (checked.ok) return checked.config
  const { code, message } = checked.error
  const issues = checked.error.issues.map((issue) => ({ ...issue, where: `${path}: ${issue.where ?? ''}` }))
  throw new GenbaError(code, message, { issues })
}
