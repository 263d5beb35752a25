import type { Json } from '../../../../shared/bytes/json.ts'
import { EMPTY_MAP } from '../../configuration/tree.ts'
import type { ComponentDefinition } from '../../lifecycle/component-definition.ts'
import { changeOf } from '../../lifecycle/machine/change.ts'
import type { Artifact } from '../../recipe/recipe.ts'
import { changedLeaves } from '../../state/changed-leaves.ts'
import type { CoreState } from '../../state/core-state.ts'
import { CloudUnreachable } from '../sources/component-cloud.ts'
import { definitionsOfState } from '../stages/bootstraps.ts'
import { missingArtifacts, type TargetComponent } from '../stages/fetch-artifacts.ts'
import { nextState } from '../stages/next-state.ts'
import type { EngineParts } from './engine-parts.ts'
import { type Asked, arnOf, resolveDeployment } from './prepare.ts'

/** What a deployment would do to the device. */
export interface DeploymentPlan {
  readonly added: readonly { readonly name: string; readonly version: string }[]
  readonly removed: readonly { readonly name: string; readonly version: string }[]
  readonly updated: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  /** Components whose processes would end and start again, updated ones included. */
  readonly restarted: readonly { readonly name: string; readonly why: string }[]
  readonly configuration: readonly PlannedConfigurationChange[]
  readonly artifacts: readonly {
    readonly component: string
    readonly uri: string
    /** Undefined where nobody can tell before the download. */
    readonly sizeBytes: number | undefined
  }[]
}

export interface PlannedConfigurationChange {
  readonly component: string
  readonly path: readonly string[]
  /** Undefined where there is nothing. */
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/**
 * Resolves and computes, and changes nothing: no file is fetched and no component is asked.
 * @throws DeploymentFailure as the deployment would fail
 */
export async function planDeployment(
  asked: Asked,
  isLocal: boolean,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<DeploymentPlan> {
  const prepared = await resolveDeployment(asked, isLocal, parts, signal)
  const before = parts.configuration.state()
  const after = nextState(before, prepared, parts.flavour)
  const versionOf = (state: CoreState, name: string): string => state.components.get(name)?.version ?? ''
  const names = [...after.components.keys()]
  const configuration = names.flatMap((name) => configurationChanges(name, before, after))
  return {
    added: names
      .filter((name) => !before.components.has(name))
      .map((name) => ({ name, version: versionOf(after, name) })),
    removed: [...before.components.keys()]
      .filter((name) => !after.components.has(name))
      .map((name) => ({ name, version: versionOf(before, name) })),
    updated: names
      .map((name) => ({ name, from: versionOf(before, name), to: versionOf(after, name) }))
      .filter(({ name, from, to }) => before.components.has(name) && from !== to),
    restarted: restarts(before, after, prepared.targets, configuration, parts),
    configuration,
    artifacts: await artifactsToFetch(prepared.targets, parts, signal),
  }
}

function configurationChanges(
  name: string,
  before: CoreState,
  after: CoreState,
): PlannedConfigurationChange[] {
  const [from, to] = [before, after].map((state) => state.components.get(name)?.configuration ?? EMPTY_MAP)
  return changedLeaves(from ?? EMPTY_MAP, to ?? EMPTY_MAP).map((change) => ({ component: name, ...change }))
}

function restarts(
  before: CoreState,
  after: CoreState,
  targets: readonly TargetComponent[],
  configuration: readonly PlannedConfigurationChange[],
  parts: EngineParts,
): DeploymentPlan['restarted'] {
  const present = definitionsOfState(before, parts)
  return parts.runtime.definitionsOf(targets, after).flatMap((definition) => {
    const { name } = definition
    const why = reasonToRestart(present.get(name), definition)
    if (why !== undefined) return [{ name, why }]
    const isConfigured = configuration.some(({ component }) => component === name)
    const restartsAnyway = parts.flavour.name === 'lite' && isConfigured && present.has(name)
    return restartsAnyway ? [{ name, why: 'its deployed configuration changes' }] : []
  })
}

function reasonToRestart(
  before: ComponentDefinition | undefined,
  after: ComponentDefinition,
): string | undefined {
  if (before === undefined) return undefined
  const { change, reason } = changeOf(before, after)
  return change === 'nothing' ? undefined : reason
}

async function artifactsToFetch(
  targets: readonly TargetComponent[],
  parts: EngineParts,
  signal: AbortSignal,
): Promise<DeploymentPlan['artifacts']> {
  const wanted = targets.flatMap((target) =>
    missingArtifacts(target, parts.packages).map((artifact) => ({ target, artifact })),
  )
  return Promise.all(
    wanted.map(async ({ target, artifact }) => ({
      component: target.name,
      uri: artifact.uri,
      sizeBytes: await sizeOf(target, artifact, parts, signal),
    })),
  )
}

async function sizeOf(
  { name, version, candidate: { source } }: TargetComponent,
  artifact: Artifact,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<number | undefined> {
  const arn = source.kind === 'cloud' ? source.arn : arnOf(parts)(name, version)
  try {
    const body = await parts.cloud.open(arn, artifact, signal)
    await body.cancel()
    return body.sizeBytes
  } catch (error) {
    if (error instanceof CloudUnreachable) return undefined
    throw error
  }
}
