import { createHash } from 'node:crypto'
import type { SigningKey } from '../proof/signing-key.ts'
import { signTreeHead } from '../proof/tree-head.ts'
import { contentsOf, type PieceContents } from './contents.ts'
import { tooLarge } from './errors.ts'
import { EVIDENCE_FORMAT, type EvidenceLine, lineOf, signedText } from './format.ts'
import { EVIDENCE_BYTES_MAX, EVIDENCE_PIECES_MAX, EVIDENCE_SAMPLES_MAX } from './limits.ts'
import type { EvidenceMaterial, EvidencePiece, EvidenceQuestion } from './material.ts'
import { Tally } from './tally.ts'

export interface EvidenceMaker {
  readonly key: SigningKey
  /** Name of the Merkle log; see `TreeHead`. */
  readonly log: string
  /** Wall clock, microseconds since 1970 UTC. */
  readonly nowUs: number
}

/**
 * An evidence file, line by line, ready to be written: README.md has the format. What is in memory is one piece.
 *
 * @throws EvidenceError `GENBA_EVIDENCE_TOO_LARGE`; whatever the material throws
 */
export async function* proveTag(
  question: EvidenceQuestion,
  material: AsyncIterable<EvidenceMaterial>,
  maker: EvidenceMaker,
): AsyncGenerator<Uint8Array> {
  const { key } = maker
  const digest = createHash('sha256')
  let sizeBytes = 0
  for await (const line of linesOf(question, material, maker)) {
    const bytes = lineOf(line)
    sizeBytes += bytes.length
    if (sizeBytes > EVIDENCE_BYTES_MAX - SIGNATURE_LINE_BYTES) {
      throw tooLarge(`a file of at most ${EVIDENCE_BYTES_MAX} bytes`)
    }
    digest.update(bytes)
    yield bytes
  }
  const sha256 = digest.digest('hex')
  const signature = Buffer.from(key.sign(signedText(sha256, key.keyId))).toString('hex')
  yield lineOf({ kind: 'signature', sha256, keyId: key.keyId, signature })
}

/** Field names, the digest, the key id and the signature. */
const SIGNATURE_LINE_BYTES = 300

async function* linesOf(
  question: EvidenceQuestion,
  material: AsyncIterable<EvidenceMaterial>,
  { key, log, nowUs }: EvidenceMaker,
): AsyncGenerator<EvidenceLine> {
  const tally = new Tally()
  for await (const part of material) {
    if (part.kind === 'tree') {
      const { size, root } = part
      const head = signTreeHead({ size, rootHash: hexOf(root), timeUs: nowUs, log }, key)
      const { publicKeyPem: publicKey } = key
      const { tag, fromUs, toUs } = question
      yield { kind: 'evidence', format: EVIDENCE_FORMAT, tag, fromUs, toUs, head, publicKey }
    } else if (part.kind === 'earlier-head') {
      yield { kind: 'earlier-head', head: part.head, proof: part.proof.map(hexOf) }
    } else if (part.kind === 'stated') {
      const { law, unproven, damaged } = part
      const stated = { madeUs: nowUs, complete: true, unproven, damaged, ...tally.figures(), law }
      yield { kind: 'statement', ...stated }
    } else {
      tally.add(readable(part, question))
      checkSize(tally)
      yield pieceLine(part)
    }
  }
}

const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

function pieceLine({ kind, leaf, lsn = 0, bytes, proof }: EvidencePiece): EvidenceLine {
  const body = { leaf, proof: proof.map(hexOf), bytes: Buffer.from(bytes).toString('base64') }
  return kind === 'chunk' ? { kind, ...body } : { kind, lsn, ...body }
}

function readable(piece: EvidencePiece, question: EvidenceQuestion): PieceContents {
  const contents = contentsOf(piece, question)
  if (typeof contents !== 'string') return contents
  throw new Error(`the store gave as evidence what is none: the piece of leaf ${piece.leaf} ${contents}`)
}

function checkSize({ samples, pieces }: Tally): void {
  if (samples > EVIDENCE_SAMPLES_MAX) throw tooLarge(`at most ${EVIDENCE_SAMPLES_MAX} samples`)
  if (pieces > EVIDENCE_PIECES_MAX) {
    throw tooLarge(`at most ${EVIDENCE_PIECES_MAX} frames and chunks; sealing makes them fewer`)
  }
}
