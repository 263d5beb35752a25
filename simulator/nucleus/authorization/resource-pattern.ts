import type { FlavourName } from '../flavour.ts'

/**
 * One piece of a resource of an accessControl policy. `${*}`, `${?}` and `${$}` are the escapes of what else
 * would mean something; a bare `?` and any other `${…}` make the resource invalid.
 * Sources: WildcardTrie of the Java nucleus, ipc_authz of nucleus lite.
 */
type Piece = { readonly literal: string } | { readonly wildcard: '*' | '+' | '#' }

/** True when a requested resource text is covered. */
export type ResourceMatcher = (requested: string) => boolean

/**
 * @param mqtt true for the MQTT proxy, where `+` and `#` mean what they mean in a topic filter; in local
 *   publish/subscribe they stand for themselves
 * @returns undefined when the resource is invalid
 */
export function compileResource(
  resource: string,
  { mqtt, flavour }: { readonly mqtt: boolean; readonly flavour: FlavourName },
): ResourceMatcher | undefined {
  if (resource === '') return undefined
  const pieces = parsePieces(resource)
  if (pieces === undefined) return undefined
  if (!mqtt) return toMatcher(pieces.map((piece) => (isMqtt(piece) ? { literal: piece.wildcard } : piece)))
  return toMatcher(flavour === 'java' ? keepWholeLevels(pieces) : cutAtHash(pieces))
}

const isMqtt = (piece: Piece): piece is { wildcard: '+' | '#' } =>
  'wildcard' in piece && piece.wildcard !== '*'

function parsePieces(resource: string): Piece[] | undefined {
  const pieces: Piece[] = []
  for (let index = 0; index < resource.length; index++) {
    const character = resource.charAt(index)
    if (character === '?') return undefined
    if (character === '$' && resource[index + 1] === '{') {
      const escaped = /^\$\{([*?$])\}/.exec(resource.slice(index))?.[1]
      if (escaped === undefined) return undefined
      pieces.push({ literal: escaped })
      index += 3
    } else if (character === '*' || character === '+' || character === '#') {
      pieces.push({ wildcard: character })
    } else {
      pieces.push({ literal: character })
    }
  }
  return pieces
}

/** Java: `+` counts when it is a whole level, `#` when it is the whole last level; elsewhere they are text. */
function keepWholeLevels(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, index) => {
    if (!isMqtt(piece)) return piece
    const startsLevel = index === 0 || isSlash(pieces[index - 1])
    const endsLevel = index === pieces.length - 1 || (piece.wildcard === '+' && isSlash(pieces[index + 1]))
    return startsLevel && endsLevel ? piece : { literal: piece.wildcard }
  })
}

const isSlash = (piece: Piece | undefined): boolean =>
  piece !== undefined && 'literal' in piece && piece.literal === '/'

/** Lite: `+` counts anywhere, and the first `#` ends the comparison. */
function cutAtHash(pieces: readonly Piece[]): Piece[] {
  const hash = pieces.findIndex((piece) => 'wildcard' in piece && piece.wildcard === '#')
  return hash < 0 ? [...pieces] : [...pieces.slice(0, hash), { wildcard: '*' }]
}

const PIECE_PATTERN = { '*': '[^]*', '+': '[^/]*', '#': '[^]*' } as const

function toMatcher(pieces: readonly Piece[]): ResourceMatcher {
  const source = pieces
    .map((piece) => ('literal' in piece ? escapePattern(piece.literal) : PIECE_PATTERN[piece.wildcard]))
    .join('')
    // Adjacent stars are one star; as two they would make the expression backtrack.
    .replace(/(?:\[\^\]\*){2,}/g, '[^]*')
  const last = pieces.at(-1)
  const coversParent =
    last !== undefined &&
    'wildcard' in last &&
    last.wildcard === '#' &&
    pieces.length > 1 &&
    source.endsWith('/[^]*')
  const pattern = coversParent ? `${source.slice(0, -'/[^]*'.length)}(?:/[^]*)?` : source
  const expression = new RegExp(`^${pattern}$`)
  return (requested) => expression.test(requested)
}

const escapePattern = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace('\\/', '/')
