import * as z from 'zod'
import { compileDevicePolicy } from '../../../nucleus/client-devices/device-policy.ts'
import type { CaseOutcome } from '../check.ts'

const ClientDeviceCase = z.object({
  groups: z.unknown(),
  client: z.object({ thingName: z.string() }),
  request: z.object({ operation: z.string(), resource: z.string() }),
  expect: z.enum(['allow', 'deny']),
})

/** Runs a case of what a client device of a core may do. */
export function checkClientDeviceCase(line: unknown): CaseOutcome {
  const { groups, client, request, expect: expected } = ClientDeviceCase.parse(line)
  const policy = compileDevicePolicy(groups)
  const actual = policy?.(client.thingName, request) === true ? 'allow' : 'deny'
  return actual === expected ? { passed: true } : { passed: false, expected, actual }
}
