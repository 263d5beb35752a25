import { GenbaError, type Issue } from '../errors/genba-error.ts'
import { greatestCommonDivisor } from './alignment.ts'
import { calendarAlignment } from './calendar.ts'
import type { WindowDefinition, WindowKind } from './definition.ts'

/** Slices of one hopping window: each answer merges them all. */
const SLICES_MAX = 10_000

/** Windows that one sample of a hopping definition is in. */
const OVERLAPS_MAX = 1_000

/**
 * What no type can say of definitions. Whoever reads a configuration says it before, with the place in the file.
 *
 * @throws GenbaError `GENBA_WINDOW_INVALID`
 */
export function checkDefinitions(definitions: readonly WindowDefinition[]): void {
  const names = new Set<string>()
  for (const { name, window, allowedLatenessUs, lateFlushUs } of definitions) {
    if (names.has(name))
      throw invalid(name, { expected: 'a name of its own for each definition', received: name })
    names.add(name)
    for (const [field, value] of Object.entries({ allowedLatenessUs, lateFlushUs })) {
      if (!(value >= 0)) throw invalid(name, { where: field, expected: 'a duration', received: `${value}` })
    }
    checkKind(name, window)
  }
}

function checkKind(name: string, window: WindowKind): void {
  for (const [field, value] of Object.entries(window)) {
    if (!POSITIVE.has(field)) continue
    if (!Number.isSafeInteger(value) || Number(value) <= 0) {
      throw invalid(name, { where: field, expected: 'a whole number above 0', received: `${value}` })
    }
  }
  if (window.type === 'hopping') checkHopping(name, window.sizeUs, window.hopUs)
  if (window.type !== 'calendar') return
  try {
    calendarAlignment(window)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const received = `${window.zone}, ${window.startsAt.join(', ')}`
    throw invalid(name, { expected: 'a time zone such as Europe/Berlin and times such as 06:00', received })
  }
}

const POSITIVE: ReadonlySet<string> = new Set([
  'sizeUs',
  'hopUs',
  'lengthUs',
  'gapUs',
  'maxDurationUs',
  'size',
  'every',
])

function checkHopping(name: string, sizeUs: number, hopUs: number): void {
  const slices = sizeUs / greatestCommonDivisor(sizeUs, hopUs)
  if (slices <= SLICES_MAX && sizeUs / hopUs <= OVERLAPS_MAX) return
  throw invalid(name, {
    where: 'hopUs',
    expected: `at most ${OVERLAPS_MAX} windows at one time, and ${SLICES_MAX} common parts of size and hop`,
    received: `a size of ${sizeUs} and a hop of ${hopUs}`,
    mend: 'choose a hop that divides the size, such as a tenth of it',
  })
}

function invalid(name: string, issue: Issue): GenbaError {
  return new GenbaError('GENBA_WINDOW_INVALID', `the window definition ${name} is refused`, {
    issues: [issue],
  })
}
