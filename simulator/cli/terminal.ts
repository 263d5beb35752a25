import pc from 'picocolors'

/** How to write to one stream: the only place that decides on colours and cursor movements. */
export interface Terminal {
  readonly colours: ReturnType<typeof pc.createColors>
  /** Whether lines may be written over: an interactive terminal that understands it. */
  readonly canRefresh: boolean
  columns(): number
}

export interface TerminalParts {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: NodeJS.ProcessEnv
  /** `--no-color` was given. */
  readonly noColour?: boolean
}

const COLUMNS_DEFAULT = 100

/**
 * `--no-color` wins over NO_COLOR (any value), that over FORCE_COLOR (any value but 0), that over what the stream is.
 * In CI and on a dumb terminal nothing moves the cursor.
 */
export function describeTerminal({ stream, env, noColour = false }: TerminalParts): Terminal {
  const isDumb = env['TERM'] === 'dumb'
  const isTerminal = stream.isTTY === true
  const forced = env['FORCE_COLOR']
  const isForced = forced !== undefined && forced !== '' && forced !== '0' && forced !== 'false'
  const isRefused = noColour || (env['NO_COLOR'] ?? '') !== ''
  return {
    colours: pc.createColors(!isRefused && (isForced || (isTerminal && !isDumb))),
    canRefresh: isTerminal && !isDumb && (env['CI'] ?? '') === '',
    columns: () => stream.columns ?? (Number(env['COLUMNS']) || COLUMNS_DEFAULT),
  }
}
