import * as z from 'zod'
import { chooseManifest } from '../../../nucleus/recipe/platform.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const PlatformCase = z.object({
  flavour: CaseFlavour,
  manifests: z.array(
    z.object({ Name: z.string(), Platform: z.record(z.string(), z.string().nullable()).nullish() }),
  ),
  device: z.record(z.string(), z.string()),
  expect: z.string().nullable(),
})

/** Runs a case of the choice of a manifest. */
export function checkPlatformCase(line: unknown): CaseOutcome {
  const { flavour, manifests, device, expect: expected } = PlatformCase.parse(line)
  const candidates = manifests.map(({ Name, Platform }) => ({ name: Name, platform: Platform ?? {} }))
  return onEachFlavour(flavour, expected, (name) => chooseManifest(candidates, device, name)?.name ?? null)
}
