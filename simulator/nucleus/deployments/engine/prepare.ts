import type { CoreState } from '../../state/core-state.ts'
import type { DeploymentDocument } from '../document/deployment-document.ts'
import { type DeploymentRequest, readDeploymentRequest } from '../document/deployment-request.ts'
import { readDeploymentDocument } from '../document/read-document.ts'
import { DeploymentFailure, DeploymentRejected } from '../failure/deployment-failure.ts'
import { documentOf, type Groups, groupOf, withDocument, withMembership } from '../groups/groups.ts'
import { revisionOf } from '../groups/target.ts'
import { CloudUnreachable } from '../sources/component-cloud.ts'
import { findLocalVersions } from '../sources/local-versions.ts'
import { askComponents } from '../stages/ask-components.ts'
import { bootstrapsOf } from '../stages/bootstraps.ts'
import { fetchArtifacts, type TargetComponent } from '../stages/fetch-artifacts.ts'
import { nextState } from '../stages/next-state.ts'
import { resolveVersions } from '../stages/resolve-versions.ts'
import { validateConfiguration } from '../stages/validate-configuration.ts'
import type { DeploymentRecord } from './deployment-record.ts'
import type { EngineParts } from './engine-parts.ts'

/** A deployment about which nothing is left to ask; the device is as it was. */
export interface Prepared {
  readonly document: DeploymentDocument
  /** The group table after the deployment. */
  readonly groups: Groups
  readonly targets: readonly TargetComponent[]
}

/**
 * Everything that comes before a change: versions, artifacts, the components' consent.
 * @throws DeploymentFailure; the signal's reason
 */
export async function prepare(
  record: DeploymentRecord,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<Prepared> {
  const { configuration, packages, cloud, onStage, flavour } = parts
  const { deploymentId } = record
  await onStage('resolving', deploymentId)
  const prepared = await resolveDeployment(readAsked(record, parts), record.source === 'local', parts, signal)
  await onStage('fetching', deploymentId)
  for (const target of prepared.targets) {
    await fetchArtifacts(target, { packages, cloud, signal, arnOf: arnOf(parts) })
  }
  await onStage('configuring', deploymentId)
  const before = configuration.state()
  const after = nextState(before, prepared, flavour)
  if (flavour.name === 'java') await consult(prepared, before, after, parts, signal)
  return prepared
}

export interface Asked {
  readonly document: DeploymentDocument
  /** Where a local deployment takes recipes and artifacts from. */
  readonly request: DeploymentRequest
}

/** @throws NucleusError `GENBA_DEPLOYMENT_INVALID` */
export function readAsked(
  {
    source,
    asked,
    deploymentId,
    createdMs,
  }: Pick<DeploymentRecord, 'source' | 'asked' | 'deploymentId' | 'createdMs'>,
  { configuration, identity }: Pick<EngineParts, 'configuration' | 'identity'>,
): Asked {
  if (source !== 'local') return { document: readDeploymentDocument(asked), request: {} }
  const request = readDeploymentRequest(asked)
  const context = { deploymentId, nowMs: createdMs, identity }
  return { request, document: documentOf(request, configuration.state().groups, context) }
}

/** Versions of everything, by the new revision of the group and the present ones of all others. */
export async function resolveDeployment(
  { document, request }: Asked,
  isLocal: boolean,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<Prepared> {
  const { configuration, flavour, platform, packages, cloud } = parts
  const { groups: before, components } = configuration.state()
  rejectStale(document, before)
  const memberOf = await membership(parts, signal)
  const groups = withMembership(withDocument(before, document), memberOf)
  const targets = await resolveVersions(groups, groupOf(document), {
    flavour,
    platform,
    cloud,
    isLocal,
    signal,
    local: findLocalVersions(packages, request, flavour.name),
    installed: (name) => components.get(name)?.version,
  })
  return { document, groups, targets }
}

/** Jobs and the shadow may bring what was overtaken by a later revision of the same target. */
function rejectStale(document: DeploymentDocument, groups: Groups): void {
  const present = groups.get(groupOf(document))
  const presentRevision = present?.targetArn === document.targetArn && revisionOf(present.configurationArn)
  const revision = revisionOf(document.configurationArn)
  if (typeof presentRevision !== 'number' || revision === undefined || revision >= presentRevision) return
  throw new DeploymentRejected(
    ['DEPLOYMENT_REJECTED', 'REJECTED_STALE_DEPLOYMENT'],
    `revision ${revision} of ${document.targetArn} is older than revision ${presentRevision}, which this core has`,
  )
}

/** Undefined while nobody can be asked: then the groups are those of the last time. */
async function membership(
  { cloud }: EngineParts,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    const names = await cloud.thingGroups(signal)
    return names.map((name) => `thinggroup/${name}`)
  } catch (error) {
    if (error instanceof CloudUnreachable || error instanceof DeploymentFailure) return undefined
    throw error
  }
}

export const arnOf =
  ({ identity: { region, account } }: Pick<EngineParts, 'identity'>) =>
  (name: string, version: string): string =>
    `arn:aws:greengrass:${region}:${account}:components:${name}:versions:${version}`

/** Java asks twice: may it be now, and will this configuration do? */
async function consult(
  { document, targets }: Prepared,
  before: CoreState,
  after: CoreState,
  parts: EngineParts,
  signal: AbortSignal,
): Promise<void> {
  const { notices, timer, validation, runtime, log, onStage } = parts
  const { deploymentId, configurationValidationPolicy } = document
  await onStage('notifying', deploymentId)
  const isGgcRestarting = bootstrapsOf({ before, after, targets }, parts).length > 0
  const tell = (message: string): void => log.write('INFO', 'deployment', `${deploymentId}: ${message}`)
  await askComponents(document, isGgcRestarting, { notices, timer, signal, log: tell })
  await onStage('validating', deploymentId)
  await validateConfiguration(before, after, {
    validation,
    deploymentId,
    timeoutMs: configurationValidationPolicy.timeout * 1000,
    signal,
    stateOf: (name) => runtime.components.get(name)?.state,
  })
}
