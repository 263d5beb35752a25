import * as z from 'zod'
import { nearestWord } from '../component/unknown-keys.ts'
import { GenbaError, type Issue } from '../errors/genba-error.ts'
import { AGGREGATE_NAMES, type AggregateName, type AggregateParams, PARAMS } from './params.ts'

/** One aggregate that a window answers, under the name `as`. */
export type AggregateSpec = {
  readonly [Name in AggregateName]: {
    readonly fn: Name
    readonly as: string
    readonly params: AggregateParams[Name]
  }
}[AggregateName]

/** Each is a field of every pane and perhaps a state in every window. */
const AGGREGATES_MAX = 64
/** A key of records and of SQL results. */
const NAME = /^[a-zA-Z][\w-]{0,63}$/

/** Any text here, so that a wrong name is told the nearest right one. */
const name = z.string().meta({ enum: [...AGGREGATE_NAMES] })

/**
 * A list of aggregates as a configuration writes it: `mean`, or an object such as
 * `{ fn: percentile, q: 0.95, index: log, alpha: 0.01, as: p95 }`. Without `as`, the name is the function's;
 * of percentiles it is `p` and the hundredths, such as `p95` or `p99_9`.
 */
export const AggregateSpecs = z
  .array(z.union([name, z.looseObject({ fn: name })]))
  .max(AGGREGATES_MAX)
  .transform((list, context): readonly AggregateSpec[] => {
    const { specs, issues } = readList(list)
    for (const { path, issue } of issues)
      context.addIssue({ code: 'custom', path: [...path], message: sentenceOf(issue), params: { issue } })
    return specs
  })

/**
 * The aggregates of a list in the form of {@link AggregateSpecs}.
 *
 * @throws GenbaError `GENBA_AGGREGATE_UNKNOWN` for a function there is not, `GENBA_AGGREGATE_INVALID` for parameters it
 *   does not take; each issue names its place in the list
 */
export function parseAggregates(list: readonly unknown[]): readonly AggregateSpec[] {
  const { specs, issues } = readList(list)
  const [first] = issues
  if (first === undefined) return specs
  const code = first.isUnknown ? 'GENBA_AGGREGATE_UNKNOWN' : 'GENBA_AGGREGATE_INVALID'
  throw new GenbaError(code, `aggregates refused: ${sentenceOf(first.issue)}`, {
    issues: issues.map(({ path, issue }) => ({ where: placeOf(path), ...issue })),
  })
}

interface PlacedIssue {
  readonly path: readonly (string | number)[]
  readonly issue: Issue
  readonly isUnknown?: true
}

function readList(list: readonly unknown[]): { specs: AggregateSpec[]; issues: PlacedIssue[] } {
  const specs: AggregateSpec[] = []
  const issues: PlacedIssue[] = []
  if (list.length > AGGREGATES_MAX)
    issues.push({
      path: [],
      issue: { expected: `at most ${AGGREGATES_MAX} aggregates`, received: `${list.length}` },
    })
  const names = new Set<string>()
  for (const [index, entry] of list.slice(0, AGGREGATES_MAX).entries()) {
    const read = readEntry(entry)
    if (!('fn' in read)) {
      for (const issue of read.issues) issues.push({ ...issue, path: [index, ...issue.path] })
      continue
    }
    if (names.has(read.as)) issues.push({ path: [index], issue: sameNameIssue(read.as) })
    names.add(read.as)
    specs.push(read)
  }
  return { specs, issues }
}

const sameNameIssue = (name: string): Issue => ({
  expected: 'a name of its own for each aggregate',
  received: `"${name}" a second time`,
  mend: `give this one another name, such as as: ${name}2`,
})

function readEntry(entry: unknown): AggregateSpec | { issues: PlacedIssue[] } {
  const fields = typeof entry === 'string' ? { fn: entry } : entry
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    return {
      issues: [{ path: [], issue: { expected: EXPECTED, received: JSON.stringify(entry) ?? 'nothing' } }],
    }
  const { fn, as: name, ...params } = fields as Record<string, unknown>
  if (!isAggregateName(fn)) return { issues: [unknownIssue(fn)] }
  const issues: PlacedIssue[] = []
  if (name !== undefined && (typeof name !== 'string' || !NAME.test(name)))
    issues.push({
      path: ['as'],
      issue: {
        expected: 'a name of letters, digits, _ and -, beginning with a letter, of at most 64 characters',
        received: JSON.stringify(name),
      },
    })
  const parsed = PARAMS[fn].safeParse(params)
  if (!parsed.success) issues.push(...parsed.error.issues.map((issue) => paramIssue(fn, issue)))
  else issues.push(...jointIssues(fn, parsed.data))
  if (issues.length > 0) return { issues }
  const spec = { fn, params: parsed.data }
  return {
    ...spec,
    as: typeof name === 'string' ? name : defaultName(spec as AggregateSpec),
  } as AggregateSpec
}

const EXPECTED = 'the name of an aggregate, or an object with fn, its parameters and perhaps as'

const isAggregateName = (fn: unknown): fn is AggregateName =>
  typeof fn === 'string' && (AGGREGATE_NAMES as readonly string[]).includes(fn)

function unknownIssue(fn: unknown): PlacedIssue {
  const nearest = typeof fn === 'string' ? nearestWord(fn, AGGREGATE_NAMES) : undefined
  return {
    path: ['fn'],
    isUnknown: true,
    issue: {
      expected: `one of ${AGGREGATE_NAMES.join(', ')}`,
      received: JSON.stringify(fn) ?? 'nothing',
      ...(nearest === undefined ? {} : { mend: `did you mean "${nearest}"?` }),
    },
  }
}

function paramIssue(fn: AggregateName, issue: z.core.$ZodIssue): PlacedIssue {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code !== 'unrecognized_keys') return { path, issue: { expected: `${fn}: ${issue.message}` } }
  const known = Object.keys(PARAMS[fn].shape)
  const key = issue.keys[0] ?? ''
  const nearest = nearestWord(key, known)
  return {
    path: [key],
    issue: {
      expected: known.length === 0 ? `${fn} takes no parameters` : `${fn} takes ${known.join(', ')}`,
      received: `the unknown key "${key}"`,
      mend: nearest === undefined ? `remove "${key}"` : `did you mean "${nearest}"?`,
    },
  }
}

/** What no parameter says by itself. */
function jointIssues(fn: AggregateName, params: unknown): PlacedIssue[] {
  if (fn === 'histogram') {
    const { bounds } = params as AggregateParams['histogram']
    const isAscending = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound))
    return isAscending
      ? []
      : [{ path: ['bounds'], issue: { expected: 'histogram: bounds in ascending order' } }]
  }
  if (fn !== 'percentile') return []
  const { index, alpha, reference, width } = params as AggregateParams['percentile']
  if (index === 'linear' && width === undefined)
    return [{ path: ['width'], issue: { expected: 'percentile: a width, as the index is linear' } }]
  const isForeign = index === 'linear' ? alpha !== undefined || reference !== undefined : width !== undefined
  return isForeign
    ? [
        {
          path: ['index'],
          issue: { expected: 'percentile: alpha and reference with log, width with linear' },
        },
      ]
    : []
}

function defaultName({ fn, params }: AggregateSpec): string {
  if (fn !== 'percentile') return fn
  return `p${String(Number((params.q * 100).toPrecision(12))).replace('.', '_')}`
}

const placeOf = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (place, part) => place + (typeof part === 'number' ? `[${part}]` : `.${part}`),
    'aggregates',
  )

const sentenceOf = ({ expected, received, mend }: Issue): string =>
  [`expected ${expected}`, received && `received ${received}`, mend].filter(Boolean).join('; ')
