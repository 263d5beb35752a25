import * as z from 'zod'

/** One line of the audit trail: who did what, when, and what came of it. It stays on the site. */
export const AuditRecord = z.object({
  v: z.literal(1),
  type: z.literal('audit'),
  /** `audit|epoch|n`: unique, and in the order of the trail. */
  id: z.string(),
  /** Such as `hold-place` or `erase`; `AUDIT_ACTIONS` has them all. */
  action: z.string(),
  /** A person, or the component that did it by itself. */
  who: z.string(),
  /** Such as `hold case-7`, `subject driver-9`, `tag line1/a`. */
  target: z.string(),
  /**
   * Filters of the tags that it is about: who is shown what becomes of a tag is shown it, too. Left out where it is about
   * all of them, empty where it is about none, such as a person's request.
   */
  tags: z.array(z.string()).optional(),
  /** Wall clock, microseconds since 1970 UTC: anybody may set it … */
  atUs: z.number(),
  /** … but not this one: microseconds since some instant of the boot. */
  monotonicUs: z.number(),
  bootId: z.string(),
  result: z.enum(['done', 'refused']),
  /** Why it was done; of a refused one: why not. */
  reason: z.string(),
  /** What it changed; null where there was or is nothing. */
  before: z.json(),
  after: z.json(),
})
export type AuditRecord = z.output<typeof AuditRecord>

/** What the trail tells of. */
export const AUDIT_ACTIONS = {
  law: 'the law as configured changed',
  'hold-place': 'a legal hold was placed',
  'hold-lift': 'a legal hold was lifted',
  'erasure-request': 'the erasure of a subject was asked for',
  'erasure-withdraw': 'a request for erasure was withdrawn',
  'clock-confirm': 'a person vouched for the clock',
  erase: 'data that had to go was erased',
  reduce: 'samples went, and their rollups stay',
  drop: 'data that nothing held went, because the disk was full',
  'intake-stop': 'the historian stopped taking samples, because it has no room for them',
  'intake-go-on': 'the historian takes samples again',
  export: 'data was taken out',
  'component-start': 'a component started with another version, code or configuration, or could not',
  'component-configuration': 'a component took or refused another configuration',
} as const
export type AuditAction = keyof typeof AUDIT_ACTIONS

/** How data leaves. */
export type Removal = Extract<AuditAction, 'erase' | 'reduce' | 'drop'>

/** What is known before the trail adds time and number. */
export type AuditEntry = Pick<AuditRecord, 'who' | 'target' | 'result' | 'reason' | 'before' | 'after'> & {
  readonly action: AuditAction
  readonly tags?: readonly string[]
}
