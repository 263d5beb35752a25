import { type Evidence, type Violation, violation } from '../evidence.ts'

/** What the store says of itself: checksums, proofs and counts agree, whatever it was broken off by. */
export function checkStore({ verification }: Evidence): Violation[] {
  if (verification === undefined || verification.problemCount === 0) return []
  const problems = verification.problems.map(({ where, what }) => `${where}: ${what}`)
  return [violation("the historian's store verifies", `${verification.problemCount} problems`, problems)]
}
