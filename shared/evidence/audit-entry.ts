import * as z from 'zod'
import { readJson } from '../bytes/json.ts'
import { createTagFilter, isTagFilter } from '../tag/tag-filter.ts'

/** What is read of an entry here; the rest is evidence as it stands. */
const AuditEntry = z.object({
  type: z.literal('audit'),
  /** Filters of the tags that it is about; left out where it is about all, empty where it is about none. */
  tags: z.array(z.string().refine(isTagFilter)).max(64).optional(),
})

/** Ids of such records begin with it, and by that they are found in a store. */
export const AUDIT_ID_PREFIX = 'audit|'

/** Whether the text of a record is an entry of the audit trail that is about a tag; what is about others gives them away. */
export function concernsTag(text: string, tag: string): boolean {
  const entry = AuditEntry.safeParse(readJson(text)).data
  if (entry === undefined) return false
  const { tags } = entry
  return tags === undefined || (tags.length > 0 && createTagFilter(tags)(tag))
}
