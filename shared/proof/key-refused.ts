import type { Issue } from '../errors/genba-error.ts'
import { ProofError } from './errors.ts'

export const keyRefused = (path: string, issue: Issue, cause?: unknown): ProofError =>
  new ProofError('GENBA_PROOF_KEY', 'the key for tree heads cannot be used', {
    cause,
    issues: [{ where: path, ...issue, effect: 'no tree head is signed' }],
  })
