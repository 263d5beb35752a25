import { createHash } from 'node:crypto'

/** A request as it came over the wire: what was signed is its bytes, not what they mean. */
export interface SignedRequest {
  readonly method: string
  /** Of the request line, before the question mark, still percent-encoded. */
  readonly path: string
  /** Of the request line, after the question mark, still percent-encoded. */
  readonly query: string
  /** Lower-case names; the values of a repeated header in the order they came. */
  readonly headers: Readonly<Record<string, readonly string[]>>
}

/**
 * How a service takes the path: S3 signs it as it stands, every other service normalises it and encodes it once more
 * ("Create a signed AWS API request", step 1).
 */
export type PathRule = 'as-is' | 'normalised'

const SIGNATURE_PARAMETER = 'X-Amz-Signature'

/** The text of which the signature is made ("Create a signed AWS API request", step 1). */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  pathRule: PathRule,
): string {
  const headers = signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name] ?? [])}\n`)
  return [
    request.method,
    pathRule === 'as-is' ? request.path : normalisePath(request.path),
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
}

const canonicalValue = (values: readonly string[]): string =>
  values.map((value) => value.trim().replaceAll(/\s+/g, ' ')).join(',')

function normalisePath(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.map(encodeComponent).join('/')}${end}`
}

function canonicalQuery(query: string): string {
  return queryParameters(query)
    .filter(([name]) => name !== SIGNATURE_PARAMETER)
    .map(([name, value]) => [encodeComponent(name), encodeComponent(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compareText(nameA, nameB) || compareText(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Names and values of a query string, decoded, in their order. A plus sign stands for itself. */
export function queryParameters(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const end = part.indexOf('=')
      return end < 0 ? [decode(part), ''] : [decode(part.slice(0, end)), decode(part.slice(end + 1))]
    })
}

/** A faulty escape stands for itself: the signature then fails, which is the right answer. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 3986: all but letters, digits, `-`, `.`, `_` and `~` is encoded. */
export const encodeComponent = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')
