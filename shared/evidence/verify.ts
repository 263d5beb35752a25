import { hash, type KeyObject, verify } from 'node:crypto'
import { isVerifyingKey, keyIdOf, readPublicKey } from '../proof/public-key.ts'
import { verifyTreeHead } from '../proof/tree-head.ts'
import type { SignedTreeHead } from '../proof/tree-head-text.ts'
import { verifyConsistency } from '../proof/verify.ts'
import { checkPieces } from './check-pieces.ts'
import { type EvidenceHeader, type Statement, signedText } from './format.ts'
import { type ReadEvidence, readEvidence } from './read.ts'
import { CheckList, type EvidenceReport } from './report.ts'
import type { Figures } from './tally.ts'

/**
 * Checks an evidence file with nothing but its bytes. Answers whatever it is given and raises nothing; what it holds in
 * memory is bounded by `limits.ts`.
 *
 * @param options.publicKey of the gateway, as the auditor was given it by another way than the file
 */
export function verifyEvidence(
  bytes: Uint8Array,
  options: { readonly publicKey?: KeyObject } = {},
): EvidenceReport {
  const checks = new CheckList()
  const read = readEvidence(bytes)
  checks.note('form', read.fault)
  const keyFrom = options.publicKey === undefined ? 'file' : 'outside'
  if (read.header === undefined) return { ...NOTHING, ok: false, checks: checks.list(), keyFrom }
  const { tag, fromUs, toUs, head } = read.header
  const question = { tag, fromUs, toUs }
  const key = keyOf(read.header, options.publicKey, checks)
  const { figures, ...found } = checkPieces(read.pieces, { question, head }, checks)
  const earlierHeads = key === undefined ? [] : checkSigned(read, head, key, checks)
  if (read.statement !== undefined) {
    checks.note('statement')
    for (const reason of differences(read.statement, figures)) checks.note('statement', reason)
  }
  const list = checks.list()
  return {
    ok: list.every(({ ok }) => ok),
    checks: list,
    keyFrom,
    keyId: key && keyIdOf(key),
    question,
    head,
    ...found,
    earlierHeads,
    stated: read.statement,
  }
}

const NOTHING = {
  keyId: undefined,
  question: undefined,
  head: undefined,
  pieces: [],
  samples: [],
  records: [],
  earlierHeads: [],
  stated: undefined,
}

/** @returns the earlier heads that hold */
function checkSigned(
  read: ReadEvidence,
  head: SignedTreeHead,
  key: KeyObject,
  checks: CheckList,
): readonly SignedTreeHead[] {
  checkSignature(read, key, checks)
  const signed = verifyTreeHead(head, key)
  checks.note('tree-head', signed.ok ? undefined : signed.reason)
  return read.earlierHeads.flatMap(({ head: earlier, proof }) => {
    const reason = faultOfEarlier(head, earlier, proof, key)
    checks.note('earlier-heads', reason)
    return reason === undefined ? [earlier] : []
  })
}

/** The key to check with: the auditor's own, which must then be the one that the file names. */
function keyOf(
  { publicKey: pem }: EvidenceHeader,
  given: KeyObject | undefined,
  checks: CheckList,
): KeyObject | undefined {
  if (given !== undefined && !isVerifyingKey(given)) {
    checks.note('signature', 'the public key that was given is none of Ed25519')
    return undefined
  }
  let inFile: KeyObject
  try {
    inFile = readPublicKey(pem)
  } catch {
    checks.note('signature', 'the public key in the file is none of Ed25519')
    return given
  }
  if (given === undefined || keyIdOf(given) === keyIdOf(inFile)) return inFile
  checks.note(
    'signature',
    `the file is of key ${keyIdOf(inFile)}, and the key that was given is ${keyIdOf(given)}`,
  )
  return given
}

function checkSignature({ signature: line, signed }: ReadEvidence, key: KeyObject, checks: CheckList): void {
  if (line === undefined) return
  const sha256 = hash('sha256', signed, 'hex')
  if (sha256 !== line.sha256) {
    const reason = `the bytes before the signature have the SHA-256 ${sha256}, and ${line.sha256} was signed`
    checks.note('signature', reason)
  }
  const keyId = keyIdOf(key)
  if (line.keyId !== keyId) {
    checks.note('signature', `it is of key ${line.keyId}, and the file is checked with key ${keyId}`)
  }
  const isSigned = verify(null, signedText(line.sha256, keyId), key, Buffer.from(line.signature, 'hex'))
  checks.note('signature', isSigned ? undefined : 'the signature is not that of this file')
}

function faultOfEarlier(
  head: SignedTreeHead,
  earlier: SignedTreeHead,
  proof: readonly string[],
  key: KeyObject,
): string | undefined {
  const where = `the earlier head of ${earlier.size} leaves`
  if (earlier.log !== head.log) return `${where} is of another log, ${earlier.log}`
  const signed = verifyTreeHead(earlier, key)
  if (!signed.ok) return `${where}: ${signed.reason}`
  const continued = verifyConsistency({
    oldSize: earlier.size,
    oldRoot: Buffer.from(earlier.rootHash, 'hex'),
    newSize: head.size,
    newRoot: Buffer.from(head.rootHash, 'hex'),
    proof: proof.map((each) => Buffer.from(each, 'hex')),
  })
  return continued.ok ? undefined : `${where} is not continued: ${continued.reason}`
}

function* differences(stated: Statement, found: Figures): Generator<string> {
  for (const name of Object.keys(found) as (keyof Figures)[]) {
    if (stated[name] !== found[name]) {
      yield `the gateway states ${name} ${stated[name]}, and in the file it is ${found[name]}`
    }
  }
}
