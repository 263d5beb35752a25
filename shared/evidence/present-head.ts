import * as z from 'zod'
import type { ProofLog } from '../proof/proof-log.ts'
import { signTreeHead } from '../proof/tree-head.ts'
import { SignedTreeHead } from '../proof/tree-head-text.ts'
import { notProven, type Verification } from '../proof/verification.ts'
import { verifyConsistency } from '../proof/verify.ts'
import type { EvidenceMaker } from './prove.ts'

/** The head of a log as it is now. */
export const PresentHead = z.object({
  v: z.literal(1),
  head: SignedTreeHead,
  /** SPKI PEM. */
  publicKey: z.string(),
  /** That it continues the tree of the size that was asked for, hashes in base64; null where the log is shorter. */
  proof: z.array(z.string()).nullable(),
})
export type PresentHead = z.output<typeof PresentHead>

/** @param sinceSize leaves of an earlier head @throws ProofError `GENBA_PROOF_DAMAGED`; StoreError */
export async function presentHead(
  log: Pick<ProofLog, 'size' | 'root' | 'consistencyProof'>,
  maker: EvidenceMaker,
  sinceSize: number,
): Promise<PresentHead> {
  const { size } = log
  const rootHash = Buffer.from(log.root()).toString('hex')
  const head = signTreeHead({ size, rootHash, timeUs: maker.nowUs, log: maker.log }, maker.key)
  const present = { v: 1, head, publicKey: maker.key.publicKeyPem } as const
  if (sinceSize > size) return { ...present, proof: null }
  const proof = await log.consistencyProof(sinceSize, size)
  return { ...present, proof: proof.map((each) => Buffer.from(each).toString('base64')) }
}

/** Whether the log of a present head still has all that an earlier head was signed over, unchanged. */
export function verifyContinues(earlier: SignedTreeHead, { head, proof }: PresentHead): Verification {
  if (earlier.log !== head.log)
    return notProven(`the head is of the log ${earlier.log}, and this is ${head.log}`)
  if (proof === null) return notProven(`the log went back from ${earlier.size} leaves to ${head.size}`)
  return verifyConsistency({
    oldSize: earlier.size,
    oldRoot: Buffer.from(earlier.rootHash, 'hex'),
    newSize: head.size,
    newRoot: Buffer.from(head.rootHash, 'hex'),
    proof: proof.map((each) => Buffer.from(each, 'base64')),
  })
}
