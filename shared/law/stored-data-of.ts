import type { Piece } from '../journal/removal/pieces.ts'
import type { Policy } from '../retention/policy.ts'
import type { StoredData } from '../retention/stored-data.ts'

/** A piece as retention decides on it. */
export function storedDataOf({ tag, form, fromUs, toUs, receipt }: Piece, policy: Policy): StoredData {
  const { lawRevision } = receipt
  const subject = policy.subjectOf(tag, lawRevision)
  return {
    tag,
    eventFromUs: fromUs,
    eventToUs: toUs,
    ingestFromUs: receipt.fromUs,
    ingestToUs: receipt.toUs,
    lawRevision,
    form,
    ...(subject === undefined ? {} : { subject }),
  }
}
