import * as z from 'zod'
import { isWellFormed } from '../bytes/text.ts'
import { describeZodIssue } from '../component/config-issues.ts'
import { findUnknownKeys } from '../component/unknown-keys.ts'
import type { Issue } from '../errors/genba-error.ts'
import { ProofError } from './errors.ts'
import { HEAD_TEXT_LENGTH_MAX, LOG_NAME_LENGTH_MAX } from './limits.ts'

/** One spelling for each value: a head that was changed must not verify because it still means the same. */
const hex = (byteCount: number, what: string) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * byteCount}}$`), `${what}: ${2 * byteCount} lower-case hex digits`)

const count = z.int().min(0)

const TreeHead = z.object({
  /** Leaves of the log. */
  size: count,
  rootHash: hex(32, 'a SHA-256'),
  /** When it was signed, by the gateway's wall clock; microseconds since 1970 UTC. */
  timeUs: count,
  /** Which log, such as `press-line-gateway/historian`: heads of different logs must not be taken for one another. */
  log: z
    .string()
    .min(1)
    .max(LOG_NAME_LENGTH_MAX)
    // What C2SP asks of names too: neither spaces nor plus, and nothing that ends a line.
    .refine((name) => isWellFormed(name) && /^[^\s+\p{Cc}]*$/u.test(name), {
      params: { expected: 'a name without spaces, control characters and +' },
    }),
})
export type TreeHead = z.output<typeof TreeHead>

export const SignedTreeHead = TreeHead.extend({
  /** See `keyIdOf`. */
  keyId: hex(8, 'a key id'),
  /** Ed25519 over `signedBytes`. */
  signature: hex(64, 'a signature of Ed25519'),
})
export type SignedTreeHead = z.output<typeof SignedTreeHead>

/** @throws ProofError `GENBA_PROOF_HEAD` */
export function checkTreeHead(head: TreeHead): TreeHead {
  const parsed = TreeHead.safeParse(head)
  if (parsed.success) return parsed.data
  throw refused('the tree head cannot be signed', issuesOf(parsed.error, head))
}

/** What is wrong with a head that may have come from anywhere. */
export function faultOfSignedHead(head: unknown): string | undefined {
  const parsed = SignedTreeHead.safeParse(head)
  if (parsed.success) return undefined
  const [issue] = issuesOf(parsed.error, head)
  return `the head has at ${issue?.where ?? 'its beginning'} not ${issue?.expected ?? 'what it must'}`
}

/**
 * A signed head from JSON text; its signature is not verified. Fields that no signature covers are refused.
 * @throws ProofError `GENBA_PROOF_HEAD` with an issue for each fault
 */
export function readTreeHead(text: string): SignedTreeHead {
  if (text.length > HEAD_TEXT_LENGTH_MAX) throw noHead(`${text.length} characters`)
  const json = parseJson(text)
  const unknown = findUnknownKeys(SignedTreeHead, json)
  const parsed = SignedTreeHead.safeParse(json)
  if (parsed.success && unknown.length === 0) return parsed.data
  const issues = parsed.success ? [] : issuesOf(parsed.error, json)
  throw refused('the text is no signed tree head', [...unknown, ...issues])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw noHead(text === '' ? 'nothing' : 'text that is no JSON', cause)
  }
}

const issuesOf = (error: z.ZodError, value: unknown): Issue[] =>
  error.issues.flatMap((issue) => describeZodIssue(issue, value))

const noHead = (received: string, cause?: unknown): ProofError =>
  refused(
    'the text is no signed tree head',
    [
      {
        expected: `JSON of at most ${HEAD_TEXT_LENGTH_MAX} characters`,
        received,
        mend: 'give the head as the gateway wrote it',
      },
    ],
    cause,
  )

const refused = (message: string, issues: readonly Issue[], cause?: unknown): ProofError =>
  new ProofError('GENBA_PROOF_HEAD', message, { issues, cause })
