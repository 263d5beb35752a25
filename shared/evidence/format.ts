import * as z from 'zod'
import { SignedTreeHead } from '../proof/tree-head-text.ts'

/** A verifier refuses another one. */
export const EVIDENCE_FORMAT = 'genba-evidence/1'

const count = z.int().min(0)
const hex = (byteCount: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * byteCount}}$`))
const Time = z.number().nullable()
const Head = z.strictObject(SignedTreeHead.shape)

/** Hashes of a proof in the order of RFC 9162. */
const Proof = z.array(hex(32)).max(128)

/** First line: the question, and the one tree head that all proofs lead to. */
export const EvidenceHeader = z.strictObject({
  kind: z.literal('evidence'),
  format: z.literal(EVIDENCE_FORMAT),
  tag: z.string(),
  /** Inclusive; null is open. */
  fromUs: Time,
  /** Exclusive; null is open. */
  toUs: Time,
  head: Head,
  /** SPKI PEM of the gateway's key. */
  publicKey: z.string().max(8192),
})
export type EvidenceHeader = z.output<typeof EvidenceHeader>

/** Sealed samples of the tag; the bytes are a chunk (`shared/chunk`). */
const ChunkLine = z.strictObject({ kind: z.literal('chunk'), leaf: count, proof: Proof, bytes: z.string() })

/** A frame (`shared/frame`) with samples of the tag among others, or with entries of the audit trail. */
const FrameLine = z.strictObject({
  kind: z.literal('frame'),
  /** Log position; stated, while its order is bound by the leaf. */
  lsn: count,
  leaf: count,
  proof: Proof,
  bytes: z.string(),
})

/** A head that was signed before, with the proof that the present tree continues it. */
const EarlierHeadLine = z.strictObject({ kind: z.literal('earlier-head'), head: Head, proof: Proof })

/** The law class of the tag and the terms of these samples; times in microseconds, null where there is no limit. */
const LawStatement = z.strictObject({
  class: z.string(),
  keepAtLeastUs: count,
  keepAtMostUs: count.nullable(),
  residency: z.enum(['site', 'country', 'any']),
  subject: z.string().nullable(),
  worm: z.boolean(),
  /** Whose duty binds longest: a class of an older revision where the law was shortened since. */
  dutyOf: z.strictObject({ class: z.string(), revision: count }),
  /** The lowest under which any of the samples came; 0 before any law. */
  sinceRevision: count,
  /** In force now. */
  revision: count,
})
export type LawStatement = z.output<typeof LawStatement>

/** What no tree can prove, as the gateway states it. */
export const Statement = z.strictObject({
  kind: z.literal('statement'),
  madeUs: z.number(),
  /** That nothing of the tag in this range was left out but what the next two count. */
  complete: z.boolean(),
  /** Frames in the range from before there were proofs, left out. */
  unproven: count,
  /** Frames and chunks that are no longer what came, left out. */
  damaged: count,
  chunks: count,
  sampleFrames: count,
  recordFrames: count,
  /** In the range. */
  samples: count,
  firstUs: Time,
  lastUs: Time,
  law: LawStatement,
})
export type Statement = z.output<typeof Statement>

/** Last line. The signature is that of `signedText` over the SHA-256 of all bytes before this line. */
export const SignatureLine = z.strictObject({
  kind: z.literal('signature'),
  sha256: hex(32),
  keyId: hex(8),
  signature: hex(64),
})
export type SignatureLine = z.output<typeof SignatureLine>

export const PieceLine = z.discriminatedUnion('kind', [ChunkLine, FrameLine])
export type PieceLine = z.output<typeof PieceLine>

export const EvidenceLine = z.discriminatedUnion('kind', [
  EvidenceHeader,
  ChunkLine,
  FrameLine,
  EarlierHeadLine,
  Statement,
  SignatureLine,
])
export type EvidenceLine = z.output<typeof EvidenceLine>
export type EarlierHeadLine = z.output<typeof EarlierHeadLine>

/** A space stands in it, so that it can never be the first line of a tree head, which is a name without spaces. */
export const signedText = (sha256: string, keyId: string): Uint8Array =>
  Buffer.from(`${EVIDENCE_FORMAT} ${sha256} ${keyId}\n`)

export const lineOf = (line: EvidenceLine): Uint8Array => Buffer.from(`${JSON.stringify(line)}\n`)
