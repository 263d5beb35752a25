/** The first byte of every key of the journal's store; README.md has the table. */
export const Kind = {
  meta: 0,
  log: 1,
  producer: 2,
  tag: 3,
  tagIndex: 4,
  producerIndex: 5,
  recordFrame: 6,
  recordId: 7,
  chunk: 8,
  proof: 9,
  proofStep: 10,
  rollup: 11,
  receipt: 12,
  auditFrame: 13,
  head: 14,
  quarantine: 15,
  redacted: 16,
  reduction: 17,
} as const

/**
 * Kinds of keys whose values never change once they are written, and how is told when that was. Whatever is not among
 * them may be written again.
 */
export const WRITTEN_ONCE: ReadonlyMap<number, 'by position' | 'by value' | 'by leaf' | 'by sealing'> =
  new Map([
    [Kind.log, 'by position'],
    [Kind.tagIndex, 'by position'],
    [Kind.producerIndex, 'by position'],
    [Kind.recordFrame, 'by position'],
    [Kind.recordId, 'by value'],
    [Kind.chunk, 'by sealing'],
    [Kind.proof, 'by leaf'],
    [Kind.proofStep, 'by sealing'],
    [Kind.rollup, 'by sealing'],
    [Kind.receipt, 'by position'],
    [Kind.auditFrame, 'by position'],
    [Kind.quarantine, 'by sealing'],
    [Kind.reduction, 'by sealing'],
  ])

export function kindRange(kind: number): { readonly gte: Uint8Array; readonly lt: Uint8Array } {
  return { gte: Uint8Array.of(kind), lt: Uint8Array.of(kind + 1) }
}

const KINDS = Array.from({ length: 255 }, (_, kind) => kind)

/** Ranges of whole kinds: of what is written once, and of everything else. */
export const KindRange = {
  writtenOnce: KINDS.filter((kind) => WRITTEN_ONCE.has(kind)).map(kindRange),
  changing: KINDS.filter((kind) => !WRITTEN_ONCE.has(kind)).map(kindRange),
} as const
