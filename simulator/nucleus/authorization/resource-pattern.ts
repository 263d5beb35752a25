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
  if (resource === '' && flavour === 'java') return undefined
  const pieces = parsePieces(resource)
  if (pieces === undefined) return undefined
  if (!mqtt) return toMatcher(pieces.map((piece) => (isMqtt(piece) ? { literal: piece.wildcard } : piece)))
  return toMatcher(flavour === 'java' ? keepWholeLevels(pieces) : cutAtHash(pieces))
}

/** A pattern in which `*` covers any run of characters, and all else stands for itself. */
export const compileGlob = (pattern: string): ResourceMatcher =>
  toMatcher(
    pattern.split('').map((character) => (character === '*' ? { wildcard: '*' } : { literal: character })),
  )

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

/**
 * Steps through the text once, with the set of places in the pattern where it may stand: a regular expression of
 * the same meaning would backtrack without bound on several stars.
 */
function toMatcher(pieces: readonly Piece[]): ResourceMatcher {
  const ends = new Set([pieces.length])
  const last = pieces.at(-1)
  const isLastHash = last !== undefined && 'wildcard' in last && last.wildcard === '#'
  // Java: `a/#` covers `a` too, so the text may end before the slash.
  if (isLastHash && isSlash(pieces.at(-2))) ends.add(pieces.length - 2)
  return (requested) => {
    let places = withSkipped([0], pieces)
    for (let index = 0; index < requested.length; index++) {
      const character = requested.charAt(index)
      const next = [...places].flatMap((place) => step(pieces[place], character, place))
      places = withSkipped(next, pieces)
      if (places.size === 0) return false
    }
    return [...ends].some((end) => places.has(end))
  }
}

function step(piece: Piece | undefined, character: string, place: number): number[] {
  if (piece === undefined) return []
  if ('literal' in piece) return piece.literal === character ? [place + 1] : []
  return piece.wildcard === '+' && character === '/' ? [] : [place]
}

/** A wildcard may stand for nothing, so whoever is before one is behind it too. */
function withSkipped(places: readonly number[], pieces: readonly Piece[]): Set<number> {
  const all = new Set<number>()
  for (let place of places) {
    all.add(place)
    for (let piece = pieces[place]; piece !== undefined && 'wildcard' in piece; piece = pieces[place]) {
      place++
      all.add(place)
    }
  }
  return all
}
