import { GenbaError } from '../errors/genba-error.ts'

/**
 * Matches tags against MQTT-style filters: `+` is any one level, `#` at the end is any number of levels, also none
 * (MQTT 3.1.1, section 4.7.1). No filter at all matches every tag.
 * @throws GenbaError `GENBA_TAG_FILTER`
 */
export function createTagFilter(filters: readonly string[]): (tag: string) => boolean {
  const parsed = filters.map(parseFilter)
  if (parsed.length === 0) return () => true
  return (tag) => {
    const levels = tag.split('/')
    return parsed.some((filter) => matches(filter, levels))
  }
}

/** Whether a text is a filter: not empty, + and # only as whole levels, # only as the last one. */
export function isTagFilter(text: string): boolean {
  const levels = text.split('/')
  return (
    text !== '' &&
    levels.every((level, index) => {
      if (level === '#') return index === levels.length - 1
      return level === '+' || !/[+#]/.test(level)
    })
  )
}

function parseFilter(filter: string): readonly string[] {
  if (isTagFilter(filter)) return filter.split('/')
  throw new GenbaError('GENBA_TAG_FILTER', 'a tag filter is not well formed', {
    issues: [
      {
        where: 'tags',
        expected: 'levels with / between them; + for one whole level, # alone at the end',
        received: filter,
        mend: 'write line1/# for all tags below line1, or line1/+/temperature for one of each machine',
      },
    ],
  })
}

function matches(filter: readonly string[], levels: readonly string[]): boolean {
  const isOpen = filter.at(-1) === '#'
  const fixed = isOpen ? filter.slice(0, -1) : filter
  if (isOpen ? levels.length < fixed.length : levels.length !== fixed.length) return false
  return fixed.every((level, index) => level === '+' || level === levels[index])
}

/** Whether one of some filters names a tag. The answer for a tag never changes, so callers keep it. @throws GenbaError */
export const matchesAny = (filters: readonly string[], tag: string): boolean =>
  filters.length > 0 && createTagFilter(filters)(tag)
