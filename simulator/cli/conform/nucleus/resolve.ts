import * as z from 'zod'
import { ResolutionError } from '../../../nucleus/resolution/resolution-error.ts'
import { resolveComponents } from '../../../nucleus/resolution/resolve.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const DependencyOfCase = z.object({
  VersionRequirement: z.string(),
  DependencyType: z.enum(['HARD', 'SOFT']).default('HARD'),
})

const ResolveCase = z.object({
  flavour: CaseFlavour,
  available: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      dependencies: z.record(z.string(), DependencyOfCase).default({}),
    }),
  ),
  groups: z.record(z.string(), z.record(z.string(), z.string())),
  expect: z.union([
    z.object({ error: z.enum(['not-found', 'conflict', 'cycle']) }),
    z.record(z.string(), z.string()),
  ]),
})

/** Runs a case of the resolution of dependencies: the first group is the one that is deployed. */
export function checkResolveCase(line: unknown): CaseOutcome {
  const resolveCase = ResolveCase.parse(line)
  return onEachFlavour(resolveCase.flavour, resolveCase.expect, () => resolve(resolveCase))
}

function resolve({
  available,
  groups,
}: z.output<typeof ResolveCase>): z.output<typeof ResolveCase>['expect'] {
  const [deployed = { name: '', roots: {} }, ...others] = Object.entries(groups).map(([name, roots]) => ({
    name,
    roots,
  }))
  const versions = available.map(({ name, version, dependencies }) => ({
    name,
    version,
    dependencies: Object.entries(dependencies).map(([needed, { VersionRequirement, DependencyType }]) => ({
      name: needed,
      range: VersionRequirement,
      type: DependencyType,
    })),
  }))
  try {
    const resolved = resolveComponents(deployed, others, versions)
    return Object.fromEntries([...resolved].map(([name, { version }]) => [name, version]))
  } catch (error) {
    if (error instanceof ResolutionError) return { error: error.failure }
    throw error
  }
}
