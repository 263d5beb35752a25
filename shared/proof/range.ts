import { ProofError } from './errors.ts'

/** @throws ProofError `GENBA_PROOF_RANGE` unless the value is a whole number from `min` to `max` */
export function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  throw new ProofError('GENBA_PROOF_RANGE', 'the proof log does not reach there', {
    issues: [
      {
        where: name,
        expected: max < min ? 'a log that has leaves' : `a whole number from ${min} to ${max}`,
        received: String(value),
        mend: 'ask for the sizes of signed tree heads, which the log has reached',
      },
    ],
  })
}
