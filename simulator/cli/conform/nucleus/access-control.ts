import * as z from 'zod'
import { compileAccess } from '../../../nucleus/authorization/access-control.ts'
import type { FlavourName } from '../../../nucleus/flavour.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const AccessCase = z.object({
  flavour: CaseFlavour,
  accessControl: z.unknown().optional(),
  request: z.object({ service: z.string(), operation: z.string(), resource: z.string() }),
  expect: z.enum(['allow', 'deny', 'invalid-policy']),
})

/** Runs a case of the rights of a component: is this request allowed, and were its policies fit to be loaded? */
export function checkAccessCase(line: unknown): CaseOutcome {
  const { flavour, accessControl, request, expect: expected } = AccessCase.parse(line)
  return onEachFlavour(flavour, expected, (name) => decide(accessControl, request, name))
}

function decide(
  accessControl: unknown,
  request: z.output<typeof AccessCase>['request'],
  flavour: FlavourName,
): z.output<typeof AccessCase>['expect'] {
  const rights = compileAccess(accessControl, { flavour })
  const isRefused = rights.faults.length > 0
  // Lite deploys nothing that has a fault; java goes on with what is sound.
  if (flavour === 'lite' && isRefused) return 'invalid-policy'
  if (rights.allows(request)) return 'allow'
  return isRefused ? 'invalid-policy' : 'deny'
}
