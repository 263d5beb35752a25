import * as z from 'zod'
import { askedShape } from '../asking/asked.ts'
import { FILTERS_MAX, NAME_LENGTH_MAX, REASON_LENGTH_MAX } from '../retention/limits.ts'

/** What is wrong with these is said, and recorded, by who keeps the law; here only their size is bounded. */
const Name = z.string().max(4 * NAME_LENGTH_MAX)
const person = { by: Name, reason: z.string().max(4 * REASON_LENGTH_MAX) }
const TimeUs = z.number()

const TagFilters = z.array(z.string().max(512)).max(4 * FILTERS_MAX)

const HoldScope = z.object({
  tags: TagFilters,
  fromUs: TimeUs.optional(),
  toUs: TimeUs.optional(),
})

/** Questions and orders about what must stay and what must go. Who may publish them decides over the data of the site. */
export const LawRequest = z.discriminatedUnion('op', [
  /** The law in force, the clock, how much was stored when. */
  z.object({ ...askedShape, op: z.literal('law') }),
  z.object({ ...askedShape, op: z.literal('holds') }),
  z.object({ ...askedShape, op: z.literal('hold-place'), hold: Name, scope: HoldScope, ...person }),
  z.object({ ...askedShape, op: z.literal('hold-lift'), hold: Name, ...person }),
  z.object({ ...askedShape, op: z.literal('erasures') }),
  /** Is carried out at once, as far as nothing keeps the data. */
  z.object({
    ...askedShape,
    op: z.literal('erase'),
    request: Name,
    subject: Name,
    untilUs: TimeUs,
    ...person,
  }),
  z.object({ ...askedShape, op: z.literal('erase-withdraw'), request: Name, ...person }),
  /** Erases what must go, now and not when its time comes round. */
  z.object({ ...askedShape, op: z.literal('retention') }),
  /** What becomes of the data of a tag at a time. */
  z.object({ ...askedShape, op: z.literal('explain'), tag: z.string().max(512), atUs: TimeUs }),
  z.object({ ...askedShape, op: z.literal('clock-confirm'), ...person }),
  /** Data was taken out, by a command that has done it. */
  z.object({ ...askedShape, op: z.literal('export'), target: Name, tags: TagFilters, ...person }),
])
export type LawRequest = z.output<typeof LawRequest>

/** Without what carries it over the bus. */
export type LawQuestion = LawRequest extends infer Request
  ? Request extends LawRequest
    ? Omit<Request, 'v' | 'id' | 'replyTo'>
    : never
  : never
