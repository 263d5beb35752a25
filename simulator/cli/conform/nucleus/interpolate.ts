import * as z from 'zod'
import { type ComponentVariables, interpolate } from '../../../nucleus/recipe/interpolate.ts'
import type { CaseOutcome } from '../check.ts'
import { CaseFlavour, onEachFlavour } from './flavours.ts'

const Variables = z.object({
  configuration: z.record(z.string(), z.json()),
  artifacts: z.object({ path: z.string(), decompressedPath: z.string() }),
  work: z.string(),
})

const InterpolateCase = z.object({
  flavour: CaseFlavour,
  script: z.string(),
  context: Variables.extend({
    rootPath: z.string(),
    thingName: z.string(),
    dependencies: z.record(z.string(), Variables),
  }),
  expect: z.string(),
})

/** Runs a case of the variables in a lifecycle script. */
export function checkInterpolateCase(line: unknown): CaseOutcome {
  const { flavour, script, context, expect: expected } = InterpolateCase.parse(line)
  const { rootPath, thingName } = context
  const dependencies = Object.fromEntries(
    Object.entries(context.dependencies).map(([name, variables]) => [name, variablesOf(variables)]),
  )
  return onEachFlavour(flavour, expected, (name) =>
    interpolate(script, { own: variablesOf(context), rootPath, thingName, dependencies, flavour: name }),
  )
}

const variablesOf = ({ configuration, artifacts, work }: z.output<typeof Variables>): ComponentVariables => ({
  configuration,
  artifactsPath: artifacts.path,
  unarchivedPath: artifacts.decompressedPath,
  workPath: work,
})
