/** One fault a user can mend: what is wrong, where, what was expected, what came, how to mend it. */
export interface Issue {
  /** Path or place, such as `sources[1].pollEvery` or `line 14`. */
  readonly where?: string
  /** The line of a text at `where`, and a second line with a caret under the place. */
  readonly excerpt?: readonly [string, string]
  readonly expected?: string
  readonly received?: string
  readonly mend?: string
  /** What stays in force, such as "the previous configuration stays active". */
  readonly effect?: string
}

/**
 * The base of every error that Genba raises on purpose. `code` is stable API (`GENBA_…`);
 * `message` is one plain sentence; `issues` are data that the CLI lays out.
 */
export class GenbaError extends Error {
  readonly code: string
  readonly issues: readonly Issue[]

  constructor(code: string, message: string, options: { issues?: readonly Issue[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'GenbaError'
    this.code = code
    this.issues = options.issues ?? []
  }
}

/** Lays an error out for people: the sentence with its code, then one aligned row for each part of an issue. */
export function describeError(error: unknown): string {
  if (!(error instanceof GenbaError)) return error instanceof Error ? error.message : String(error)
  const rows = error.issues.flatMap((issue) =>
    (['where', 'excerpt', 'expected', 'received', 'mend', 'effect'] as const).flatMap((part) => {
      if (part === 'excerpt') return (issue.excerpt ?? []).map((line) => `  ${line}`)
      return issue[part] === undefined ? [] : [`  ${part.padEnd(9)} ${issue[part]}`]
    }),
  )
  return [`${error.message} (${error.code})`, ...rows].join('\n')
}
