import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { describeZodIssue } from './config-issues.ts'
import { findUnknownKeys } from './unknown-keys.ts'

/**
 * Takes what the schema takes, with the same errors, and gives it as it was written: for parts of a configuration
 * that are stored and compared as JSON and read with the schema again where they are used.
 */
export const checked = (schema: z.ZodType) =>
  z
    .unknown()
    .transform((input, context): Json => {
      const parsed = schema.safeParse(input)
      const issues = [
        ...findUnknownKeys(schema, input).map(({ where = '', ...issue }) => ({
          ...issue,
          path: pathOf(where),
        })),
        ...(parsed.error?.issues ?? []).flatMap((issue) =>
          describeZodIssue(issue, input).map((described) => ({ ...described, path: issue.path })),
        ),
      ]
      for (const { path, expected = 'something else', mend } of issues) {
        const params = { expected, ...(mend === undefined ? {} : { mend }) }
        context.issues.push({
          code: 'custom',
          input,
          path: [...path],
          message: `expected ${expected}`,
          params,
        })
      }
      return issues.length === 0 ? (input as Json) : z.NEVER
    })
    .meta({ ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) })

/** `a.b[0].c` as the steps that lead there. */
const pathOf = (where: string): (string | number)[] =>
  (where.match(/[^.[\]]+/g) ?? []).map((step) => (/^\d+$/.test(step) ? Number(step) : step))
