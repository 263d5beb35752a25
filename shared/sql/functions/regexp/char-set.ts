/** A set of characters as ranges of code points, ascending and apart. */
export type CharSet = readonly (readonly [from: number, to: number])[]

const CODE_POINT_MAX = 0x10ffff

export function complement(set: CharSet): CharSet {
  const rest: [number, number][] = []
  let next = 0
  for (const [from, to] of set) {
    if (from > next) rest.push([next, from - 1])
    next = to + 1
  }
  if (next <= CODE_POINT_MAX) rest.push([next, CODE_POINT_MAX])
  return rest
}

/** As it stands between the brackets of a class in RE2's syntax. */
export const setText = (set: CharSet): string =>
  set.map(([from, to]) => (from === to ? charText(from) : `${charText(from)}-${charText(to)}`)).join('')

/** A character by its code point, which needs no quoting anywhere in RE2's syntax. */
export const charText = (codePoint: number): string => `\\x{${codePoint.toString(16)}}`

/** What ends a line in Java: more than the line feed that RE2 knows. */
export const LINE_ENDS: CharSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x85, 0x85],
  [0x2028, 0x2029],
]

/** Classes of Java that RE2 lacks, or has with other members, by their letter. */
export const JAVA_CLASSES: Readonly<Record<string, CharSet>> = {
  s: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  h: [
    [0x09, 0x09],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x180e, 0x180e],
    [0x2000, 0x200a],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
  ],
  v: [
    [0x0a, 0x0d],
    [0x85, 0x85],
    [0x2028, 0x2029],
  ],
}

/** `\p{Alpha}` and its like: classes of ASCII by the names of POSIX. */
export const POSIX_CLASSES: Readonly<Record<string, CharSet>> = {
  Lower: [[0x61, 0x7a]],
  Upper: [[0x41, 0x5a]],
  ASCII: [[0x00, 0x7f]],
  Alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  Digit: [[0x30, 0x39]],
  Alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  Punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  Graph: [[0x21, 0x7e]],
  Print: [[0x20, 0x7e]],
  Blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  Cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  XDigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
  Space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
}
