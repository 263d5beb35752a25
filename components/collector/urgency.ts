import type { Column } from '../../shared/frame/frame.ts'
import { createTagFilter } from '../../shared/tag/tag-filter.ts'

/** Tags whose samples may wait in a frame for so long and no longer. */
export interface UrgentTags {
  readonly tags: readonly string[]
  readonly maxAge: number
}

/** Tags whose answer is kept; a machine that makes up names costs time beyond it, not memory. */
const KNOWN_TAGS_MAX = 100_000

/** Tells how long the columns of a batch may wait: the least of what is said of their tags, Infinity when nothing is. */
export function createUrgency(urgent: readonly UrgentTags[]): (columns: readonly Column[]) => number {
  if (urgent.length === 0) return () => Infinity
  const rules = urgent.map(({ tags, maxAge }) => ({ matches: createTagFilter(tags), maxAge }))
  // One entry a tag of the source: filters are asked once, not with every batch.
  const known = new Map<string, number>()
  const ageOf = (tag: string): number => {
    let age = known.get(tag)
    if (age === undefined) {
      age = Math.min(Infinity, ...rules.filter(({ matches }) => matches(tag)).map(({ maxAge }) => maxAge))
      if (known.size < KNOWN_TAGS_MAX) known.set(tag, age)
    }
    return age
  }
  return (columns) => {
    let least = Infinity
    for (const { tag } of columns) least = Math.min(least, ageOf(tag))
    return least
  }
}
