import type * as z from 'zod'
import type { Issue } from '../errors/genba-error.ts'
import { formatPath, type ValuePath } from './value-path.ts'

/** A long value is cut in an error: the place matters, not the whole text. */
const RECEIVED_CHARACTERS_MAX = 80

/** Turns what zod found into what a person can mend. Issues of unknown keys are left to `findUnknownKeys`. */
export function describeZodIssue(issue: z.core.$ZodIssue, root: unknown): Issue[] {
  if (issue.code === 'unrecognized_keys') return []
  const value = valueAt(root, issue.path)
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return describeUnion(issue, value, root)
  const mend = parameter(issue, 'mend')
  return [
    {
      where: formatPath(issue.path),
      expected: expectationOf(issue),
      received: value === undefined ? 'nothing' : abbreviate(value),
      ...(mend === undefined ? {} : { mend }),
    },
  ]
}

/**
 * Of the alternatives, one that fails deeper inside is the one that was meant; if all fail at once, the value may
 * be any of them.
 */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, root: unknown): Issue[] {
  const deeper = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0))
  if (deeper !== undefined) {
    return deeper.flatMap((inner) =>
      describeZodIssue({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, root),
    )
  }
  const expectations = issue.errors.flatMap((issues) => issues.slice(0, 1).map(expectationOf))
  const mend = issue.errors
    .flat()
    .map((inner) => parameter(inner, 'mend'))
    .find(Boolean)
  return [
    {
      where: formatPath(issue.path),
      expected: [...new Set(expectations)].join(', or '),
      received: value === undefined ? 'nothing' : abbreviate(value),
      ...(mend === undefined ? {} : { mend }),
    },
  ]
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected)
    case 'invalid_value':
      return listValues(issue.values)
    case 'too_small':
      return `${issue.origin} of ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `${issue.origin} of ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_union':
      return discriminatorExpectation(issue)
    case 'custom':
      return parameter(issue, 'expected') ?? issue.message
    default:
      return issue.message
  }
}

function discriminatorExpectation(issue: z.core.$ZodIssueInvalidUnion): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
  return options.length > 0 ? listValues(options) : issue.message
}

const listValues = (values: readonly unknown[]): string =>
  `${values.length > 1 ? 'one of ' : ''}${values.map((value) => JSON.stringify(value)).join(', ')}`

const article = (type: string): string =>
  type === 'object' || type === 'record'
    ? 'a map of keys'
    : /^[aeiou]/.test(type)
      ? `an ${type}`
      : `a ${type}`

function parameter(issue: z.core.$ZodIssue, name: 'expected' | 'mend'): string | undefined {
  const value: unknown = issue.code === 'custom' ? issue.params?.[name] : undefined
  return typeof value === 'string' ? value : undefined
}

function valueAt(root: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>(
    (value, step) => (value !== null && typeof value === 'object' ? Reflect.get(value, step) : undefined),
    root,
  )
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= RECEIVED_CHARACTERS_MAX ? text : `${text.slice(0, RECEIVED_CHARACTERS_MAX - 1)}…`
}
