/** Semantic versions as Greengrass limits them, and the npm-style ranges that recipes use. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/
const NUMBER_MAX = 999_999
const VERSION_CHARACTERS_MAX = 64

type Numbers = readonly [major: number, minor: number, patch: number]

export function isVersion(text: string): boolean {
  return text.length <= VERSION_CHARACTERS_MAX && parseVersion(text) !== undefined
}

function parseVersion(text: string): { readonly numbers: Numbers; readonly prerelease: string } | undefined {
  const match = VERSION.exec(text)
  if (match === null) return undefined
  const [major = 0, minor = 0, patch = 0] = match.slice(1, 4).map(Number)
  if (Math.max(major, minor, patch) > NUMBER_MAX) return undefined
  return { numbers: [major, minor, patch], prerelease: match[4] ?? '' }
}

const COMPARATOR = /^(\^|~|>=|<=|>|<|=)?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(?:-[0-9A-Za-z.-]+)?$/

/** A range is alternatives (`||`) of comparators that must all hold; `*` and nothing mean any version. */
export function isVersionRange(range: string): boolean {
  return splitRange(range).every((comparators) =>
    comparators.every((item) => item === '*' || COMPARATOR.test(item)),
  )
}

const splitRange = (range: string): string[][] =>
  range.split('||').map((alternative) =>
    alternative
      .trim()
      .replace(/(\^|~|>=|<=|>|<|=)\s+(?=\d)/g, '$1')
      .split(/\s+/),
  )

/** True when `version` lies in `range`. Pre-releases satisfy only their own exact version. */
export function satisfies(version: string, range: string): boolean {
  const parsed = parseVersion(version)
  if (parsed === undefined) return false
  return splitRange(range).some((comparators) =>
    comparators.every((comparator) => {
      if (comparator === version || comparator === `=${version}`) return true
      if (parsed.prerelease !== '') return false
      return comparator === '*' || comparator === '' || holds(parsed.numbers, comparator)
    }),
  )
}

function holds(version: Numbers, comparator: string): boolean {
  const match = COMPARATOR.exec(comparator)
  if (match === null) return false
  const [, operator = '=', major = '0', minor, patch] = match
  const given = [major, minor, patch].filter((part) => part !== undefined && /^\d+$/.test(part)).map(Number)
  const floor: Numbers = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0]
  const isAtLeast = compare(version, floor) >= 0
  switch (operator) {
    case '>=':
      return isAtLeast
    case '>':
      return given.length < 3 ? compare(version, ceilingOf(given)) >= 0 : compare(version, floor) > 0
    case '<':
      return !isAtLeast
    case '<=':
      return given.length < 3 ? compare(version, ceilingOf(given)) < 0 : compare(version, floor) <= 0
    case '^':
      return isAtLeast && compare(version, caretCeiling(floor, given.length)) < 0
    case '~':
      return isAtLeast && compare(version, ceilingOf(given.slice(0, 2))) < 0
    default:
      return given.length < 3
        ? isAtLeast && compare(version, ceilingOf(given)) < 0
        : compare(version, floor) === 0
  }
}

/** The first version beyond all that begin with the numbers given. */
function ceilingOf(given: readonly number[]): Numbers {
  const [major = 0, minor] = given
  if (minor === undefined) return [major + 1, 0, 0]
  return given.length < 3 ? [major, minor + 1, 0] : [major, minor, (given[2] ?? 0) + 1]
}

function caretCeiling([major, minor, patch]: Numbers, givenCount: number): Numbers {
  if (major > 0 || givenCount === 1) return [major + 1, 0, 0]
  if (minor > 0 || givenCount === 2) return [0, minor + 1, 0]
  return [0, 0, patch + 1]
}

function compare(left: Numbers, right: Numbers): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2]
}
