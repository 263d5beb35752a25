import { GenbaError, type Issue } from '../errors/genba-error.ts'
import { TAG_BYTES_MAX } from '../frame/limits.ts'
import { isTagFilter } from '../tag/tag-filter.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../time/time.ts'
import { NAME_LENGTH_MAX, REASON_LENGTH_MAX } from './limits.ts'

/** What a person asks for is checked as a whole, so that all of it can be mended at once. @throws GenbaError */
export function refuseIf(code: string, message: string, issues: readonly (Issue | undefined)[]): void {
  const found = issues.filter((issue) => issue !== undefined)
  if (found.length > 0) throw new GenbaError(code, message, { issues: found })
}

export const nameIssue = (where: string, text: string): Issue | undefined =>
  textIssue(where, text, NAME_LENGTH_MAX, 'say who or what, so that others can ask')

export const reasonIssue = (where: string, text: string): Issue | undefined =>
  textIssue(where, text, REASON_LENGTH_MAX, 'say why, in words that still tell something in ten years')

function textIssue(where: string, text: string, max: number, mend: string): Issue | undefined {
  if (text.trim() !== '' && text.length <= max) return undefined
  const received = text.length > max ? `${text.length} characters` : JSON.stringify(text)
  return { where, expected: `a text of 1 to ${max} characters`, received, mend }
}

export const timeIssue = (where: string, timeUs: number | undefined): Issue | undefined =>
  timeUs === undefined || (Number.isInteger(timeUs) && timeUs >= TIME_US_MIN && timeUs <= TIME_US_MAX)
    ? undefined
    : { where, expected: 'whole microseconds since 1970 UTC', received: String(timeUs) }

export function filterIssues(where: string, filters: readonly string[], max: number): Issue[] {
  if (filters.length === 0 || filters.length > max) {
    const mend = 'write "#" for every tag'
    return [{ where, expected: `1 to ${max} tag filters`, received: String(filters.length), mend }]
  }
  return filters.flatMap((filter, index) =>
    isTagFilter(filter) && filter.length <= TAG_BYTES_MAX
      ? []
      : [
          {
            where: `${where}[${index}]`,
            expected: 'a tag, or a filter with + for one whole level and # alone at the end',
            received: JSON.stringify(filter),
            mend: 'write line1/# for all tags below line1',
          },
        ],
  )
}
