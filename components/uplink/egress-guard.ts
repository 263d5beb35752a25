import { GenbaRecord } from '../../shared/contract/records.ts'

export type Egress =
  | { readonly allowed: true; readonly record: GenbaRecord }
  | { readonly allowed: false; readonly reason: string }

/**
 * Whether one text of a record frame may leave the site: summaries and alarms in their exact shape, nothing else.
 * The schema also strips what it does not know, so nothing rides along in an extra field.
 */
export function judgeEgress(text: string): Egress {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { allowed: false, reason: 'not JSON' }
  }
  const parsed = GenbaRecord.safeParse(json)
  if (parsed.success) return { allowed: true, record: parsed.data }
  const issue = parsed.error.issues[0]
  return {
    allowed: false,
    reason: `no record that may leave: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  }
}
