import type { Column } from '../frame/frame.ts'
import { leafHash } from '../proof/merkle.ts'
import type { SignedTreeHead } from '../proof/tree-head-text.ts'
import { verifyInclusion } from '../proof/verify.ts'
import { contentsOf, type PieceContents } from './contents.ts'
import type { PieceLine } from './format.ts'
import { EVIDENCE_SAMPLES_MAX } from './limits.ts'
import type { EvidenceQuestion } from './material.ts'
import type { CheckList, ProvenPiece } from './report.ts'
import { type Figures, Tally } from './tally.ts'

export interface CheckedPieces {
  readonly pieces: readonly ProvenPiece[]
  readonly samples: readonly Column[]
  readonly records: readonly string[]
  readonly figures: Figures
}

/** Each against the tree, against the question, and against its neighbours. */
export function checkPieces(
  lines: readonly PieceLine[],
  { question, head }: { readonly question: EvidenceQuestion; readonly head: SignedTreeHead },
  checks: CheckList,
): CheckedPieces {
  const root = Buffer.from(head.rootHash, 'hex')
  const order = new Order()
  const tally = new Tally()
  const pieces: ProvenPiece[] = []
  const samples: Column[] = []
  const records: string[] = []
  checks.note('inclusion')
  checks.note('contents')
  for (const [index, line] of lines.entries()) {
    const name = `piece ${index + 1} (${line.kind}, leaf ${line.leaf})`
    const bytes = Buffer.from(line.bytes, 'base64')
    const proof = line.proof.map((each) => Buffer.from(each, 'hex'))
    const claim = { leafHash: leafHash(bytes), index: line.leaf, size: head.size, proof, root }
    const proven = verifyInclusion(claim)
    if (!proven.ok) checks.note('inclusion', `${name} is not what the tree holds there: ${proven.reason}`)
    const contents = contentsOf({ kind: line.kind, bytes }, question)
    if (typeof contents === 'string') {
      checks.note('contents', `${name} ${contents}`)
      continue
    }
    for (const fault of [faultOf(contents), order.faultOf(line, contents)]) {
      if (fault !== undefined) checks.note('contents', `${name} ${fault}`)
    }
    tally.add(contents)
    if (tally.samples > EVIDENCE_SAMPLES_MAX) {
      checks.note('contents', `there are more than ${EVIDENCE_SAMPLES_MAX} samples`)
      break
    }
    samples.push(...contents.columns)
    records.push(...contents.records)
    pieces.push(provenPiece(line, contents))
  }
  return { pieces, samples, records, figures: tally.figures() }
}

function faultOf({ body, sampleCount, records }: PieceContents): string | undefined {
  if (body === 'records') return records.length > 0 ? undefined : 'has no entry of the audit trail on the tag'
  return sampleCount > 0 ? undefined : 'has no sample of the tag in the range'
}

const provenPiece = (line: PieceLine, { body, sampleCount, sealed }: PieceContents): ProvenPiece => ({
  body,
  leaf: line.leaf,
  sampleCount,
  fromLsn: sealed?.fromLsn ?? (line.kind === 'frame' ? line.lsn : undefined),
  toLsn: sealed?.toLsn ?? (line.kind === 'frame' ? line.lsn : undefined),
  receipt: sealed?.receipt,
})

/** That no sample can be there twice: chunks follow one another in time, and frames come after all that is sealed. */
class Order {
  readonly #leaves = new Set<number>()
  #chunkEndUs = Number.NEGATIVE_INFINITY
  #sealedLsn = 0
  #last: { readonly body: PieceContents['body']; readonly lsn: number; readonly leaf: number } | undefined

  faultOf(line: PieceLine, { body, minTimeUs, maxTimeUs, sealed }: PieceContents): string | undefined {
    if (this.#leaves.has(line.leaf)) return 'is there twice'
    this.#leaves.add(line.leaf)
    if (line.kind === 'chunk') {
      const overlaps = minTimeUs < this.#chunkEndUs
      this.#chunkEndUs = Math.max(this.#chunkEndUs, maxTimeUs)
      this.#sealedLsn = Math.max(this.#sealedLsn, sealed?.toLsn ?? 0)
      return overlaps ? 'overlaps the chunk before it in time' : undefined
    }
    const last = this.#last
    this.#last = { body, lsn: line.lsn, leaf: line.leaf }
    if (body === 'samples' && line.lsn <= this.#sealedLsn) {
      return `is of log position ${line.lsn}, and chunks hold the samples up to ${this.#sealedLsn}`
    }
    if (last === undefined) return undefined
    if (last.body === 'records' && body === 'samples') return 'has samples, and follows frames of records'
    const isAfter = line.lsn > last.lsn && line.leaf > last.leaf
    return last.body !== body || isAfter ? undefined : 'does not follow the frame before it in the log'
  }
}
