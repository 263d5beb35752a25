import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { FlavourName } from '../../../nucleus/flavour.ts'
import type { CaseOutcome } from '../check.ts'

/** Which nucleus a case is about; one about both has to hold on each. */
export const CaseFlavour = z.enum(['java', 'lite', 'both'])

/** Runs a case on each flavour it is about; the first wrong answer counts. */
export function onEachFlavour(
  flavour: z.output<typeof CaseFlavour>,
  expected: unknown,
  answer: (flavour: FlavourName) => unknown,
): CaseOutcome {
  const flavours: readonly FlavourName[] = flavour === 'both' ? ['java', 'lite'] : [flavour]
  for (const name of flavours) {
    const actual = answer(name)
    if (!isDeepStrictEqual(expected, actual)) return { passed: false, expected, actual: { [name]: actual } }
  }
  return { passed: true }
}
