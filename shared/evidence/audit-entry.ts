import * as z from 'zod'
import { createTagFilter, isTagFilter } from '../tag/tag-filter.ts'

/** What is read of an entry here; the rest is evidence as it stands. */
const AuditEntry = z.object({
  type: z.literal('audit'),
  tag: z.string().optional(),
  /** Filters; as in a range read none means every tag. */
  tags: z.array(z.string().refine(isTagFilter)).max(64).optional(),
})

/** Ids of such records begin with it, and by that they are found in a store. */
export const AUDIT_ID_PREFIX = 'audit|'

/** Whether the text of a record is an entry of the audit trail that names the tag, or names none at all. */
export function concernsTag(text: string, tag: string): boolean {
  const entry = AuditEntry.safeParse(parse(text)).data
  if (entry === undefined) return false
  if (entry.tag !== undefined && entry.tag !== tag) return false
  return createTagFilter(entry.tags ?? [])(tag)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A record of something else: the log takes any text.
    return undefined
  }
}
