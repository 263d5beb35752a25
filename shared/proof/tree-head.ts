import { type KeyObject, verify } from 'node:crypto'
import { HASH_BYTES } from './merkle.ts'
import { isVerifyingKey, keyIdOf } from './public-key.ts'
import type { SigningKey } from './signing-key.ts'
import { checkTreeHead, faultOfSignedHead, type SignedTreeHead, type TreeHead } from './tree-head-text.ts'
import { notProven, PROVEN, type Verification } from './verification.ts'

/** @throws ProofError `GENBA_PROOF_HEAD` when a field is none that can be signed, such as a name with a line break */
export function signTreeHead(head: TreeHead, key: SigningKey): SignedTreeHead {
  const { size, rootHash, timeUs, log } = checkTreeHead(head)
  const signed = { size, rootHash, timeUs, log, keyId: key.keyId }
  return { ...signed, signature: Buffer.from(key.sign(signedBytes(signed))).toString('hex') }
}

/**
 * Whether the owner of a key signed this head, with each of its fields. Answers whatever it is given. Whether the head
 * is the newest, and whether it continues an older one, is for `verifyConsistency` and for whoever keeps heads.
 */
export function verifyTreeHead(head: SignedTreeHead, publicKey: KeyObject): Verification {
  const fault = faultOfSignedHead(head)
  if (fault !== undefined) return notProven(fault)
  if (!isVerifyingKey(publicKey)) return notProven('the public key is none of Ed25519')
  const keyId = keyIdOf(publicKey)
  if (head.keyId !== keyId) return notProven(`the head names key ${head.keyId}, and this is key ${keyId}`)
  const isSigned = verify(null, signedBytes(head), publicKey, Buffer.from(head.signature, 'hex'))
  return isSigned ? PROVEN : notProven('the signature is not that of this head')
}

/**
 * The bytes under the signature, UTF-8, each line ended by one line feed:
 *
 *     LOG
 *     SIZE
 *     ROOT
 *     genba-tree-head/1 TIME KEY
 *
 * LOG is the log's name, SIZE and TIME (microseconds since 1970 UTC) are decimal without leading zeros, ROOT is base64
 * with padding, KEY is the key id. No field can hold a line feed, so no two heads have the same bytes. The last line
 * says what the text is, so that no other text signed by this key can pass for a head.
 *
 * It is a checkpoint of C2SP (c2sp.org/tlog-checkpoint) with one extension line: witnesses for such logs can read it.
 */
export function signedBytes(head: Omit<SignedTreeHead, 'signature'>): Uint8Array {
  const root = Buffer.from(head.rootHash, 'hex')
  if (root.length !== HASH_BYTES) throw new Error('a root hash was not checked before it is signed')
  return Buffer.from(
    `${head.log}\n${head.size}\n${root.toString('base64')}\ngenba-tree-head/1 ${head.timeUs} ${head.keyId}\n`,
  )
}
