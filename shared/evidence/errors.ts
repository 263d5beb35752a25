import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type EvidenceErrorCode =
  /** There is no such tag in the store. */
  | 'GENBA_EVIDENCE_TAG'
  /** The range holds more than one file may. */
  | 'GENBA_EVIDENCE_TOO_LARGE'

/** What making evidence raises on purpose. Verification raises nothing: it answers. */
export class EvidenceError extends GenbaError {
  declare readonly code: EvidenceErrorCode

  constructor(code: EvidenceErrorCode, message: string, issue: Issue) {
    super(code, message, { issues: [issue] })
    this.name = 'EvidenceError'
  }
}

export const unknownTag = (tag: string): EvidenceError =>
  new EvidenceError('GENBA_EVIDENCE_TAG', 'nothing is stored of this tag', {
    where: 'tag',
    expected: 'the whole name of a stored tag, without + and #',
    received: tag,
    mend: 'list what is stored with: genba history | cut -d, -f2 | sort -u',
  })

export const tooLarge = (expected: string): EvidenceError =>
  new EvidenceError('GENBA_EVIDENCE_TOO_LARGE', 'the range holds more than one evidence file may', {
    where: 'range',
    expected,
    received: 'more',
    mend: 'ask for shorter ranges, one file each',
  })
