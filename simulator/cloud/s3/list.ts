/** Which keys a listing shows. */
export interface ListQuery {
  readonly prefix: string
  /** Empty for none. */
  readonly delimiter: string
  /** Names after this one alone; a common prefix hides all that is below it. */
  readonly after: ListedName | undefined
  readonly countMax: number
}

/** A key, or what many keys have in common up to the delimiter. */
export interface ListedName {
  readonly name: string
  readonly isCommonPrefix: boolean
}

export interface Listing {
  readonly names: readonly ListedName[]
  readonly isTruncated: boolean
}

/** As S3 sorts: by the bytes of UTF-8, where UTF-16 has another order for some characters. */
export const compareKeys = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right))

/** @param sortedKeys by `compareKeys` */
export function listKeys(sortedKeys: readonly string[], query: ListQuery): Listing {
  const { prefix, delimiter, after, countMax } = query
  const names: ListedName[] = []
  let last: ListedName | undefined
  for (const key of sortedKeys) {
    if (!key.startsWith(prefix)) continue
    const listed = nameOf(key, prefix, delimiter)
    if (after !== undefined && !isAfter(key, after)) continue
    if (listed.isCommonPrefix && last?.isCommonPrefix && last.name === listed.name) continue
    if (names.length === countMax) return { names, isTruncated: true }
    names.push(listed)
    last = listed
  }
  return { names, isTruncated: false }
}

function nameOf(key: string, prefix: string, delimiter: string): ListedName {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return end < 0
    ? { name: key, isCommonPrefix: false }
    : { name: key.slice(0, end + delimiter.length), isCommonPrefix: true }
}

function isAfter(key: string, after: ListedName): boolean {
  return compareKeys(key, after.name) > 0 && !(after.isCommonPrefix && key.startsWith(after.name))
}
