import { parse, Range, rcompare, satisfies as satisfiesRange } from 'semver'

/** Limits of Greengrass (developer guide, component recipe reference). */
const NUMBER_MAX = 999_999
const VERSION_CHARACTERS_MAX = 64

/** A semantic version within the limits; nothing before it, such as the `v` that npm takes. */
export function isVersion(text: string): boolean {
  const version = parse(text)
  if (version === null || !/^\d/.test(text) || text.length > VERSION_CHARACTERS_MAX) return false
  return Math.max(version.major, version.minor, version.patch) <= NUMBER_MAX
}

/** A range as npm writes them; nothing, `*` and `latest` mean any version. */
export function isVersionRange(range: string): boolean {
  return parseRange(range) !== undefined
}

/** True when `version` lies in `range`; a pre-release only where the range names one of the same three numbers. */
export function satisfies(version: string, range: string): boolean {
  const parsed = parseRange(range)
  return parsed !== undefined && satisfiesRange(version, parsed)
}

/**
 * The range of what lies in all of these. Comparators of all ranges stand side by side, as in the Java nucleus: a
 * pre-release that one of them names is in, if it is within the others' bounds.
 */
export function intersectRanges(ranges: readonly string[]): string {
  const alternatives = ranges.map((range) => parseRange(range)?.range.split('||') ?? [])
  const joined = alternatives.reduce(
    (left, right) => left.flatMap((one) => right.map((other) => `${one} ${other}`)),
    [''],
  )
  return joined.map((one) => one.trim()).join('||')
}

/** Newest first. */
export const newestFirst = (left: string, right: string): number => rcompare(left, right)

function parseRange(range: string): Range | undefined {
  try {
    return new Range(range.trim() === 'latest' ? '*' : range)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
