import { invalid } from './errors.ts'
import { type ApiRequest, queryOf } from './operation.ts'

/** "maxResults: the maximum number of results to be returned per paginated request", at most 100. */
const PAGE_MAX = 100

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextToken?: string
}

/**
 * One page of a list. A token holds the key of the last item that was given, so that what is added or removed between
 * two pages moves no other item.
 * @param items in the order of their keys
 */
export function pageOf<Item>(
  request: ApiRequest,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Page<Item> {
  const count = readCount(queryOf(request, 'maxResults'))
  const token = queryOf(request, 'nextToken')
  const after = token === undefined ? undefined : readToken(token)
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after)
  const page = rest.slice(0, count)
  const last = page.at(-1)
  return rest.length > page.length && last !== undefined
    ? { items: page, nextToken: writeToken(keyOf(last)) }
    : { items: page }
}

function readCount(text: string | undefined): number {
  if (text === undefined) return PAGE_MAX
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= PAGE_MAX) return count
  throw invalid('The value of maxResults is not valid', [
    { name: 'maxResults', message: `Member must be between 1 and ${PAGE_MAX}` },
  ])
}

const PREFIX = 'after:'

const writeToken = (key: string): string => Buffer.from(PREFIX + key).toString('base64url')

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (text.startsWith(PREFIX)) return text.slice(PREFIX.length)
  throw invalid('The value of nextToken is not valid', [{ name: 'nextToken', message: 'Unknown token' }])
}

/** Texts whose order is that of the numbers, newest first: for lists that begin with what was made last. */
export const newestFirstKey = (timeMs: number, id: string): string =>
  `${String(Number.MAX_SAFE_INTEGER - timeMs).padStart(16, '0')}/${id}`

/** Puts items in the order of their keys. */
export const inOrder = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] =>
  [...items].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
