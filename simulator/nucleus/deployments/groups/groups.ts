import type { DeployedComponent, DeploymentDocument } from '../document/deployment-document.ts'
import type { DeploymentRequest } from '../document/deployment-request.ts'
import { VALIDATION_TIMEOUT_S } from '../document/read-document.ts'
import { type CoreIdentity, groupNameOf, LOCAL_GROUP, targetArnOf } from './target.ts'

/** The current revision of one target. */
export interface Group {
  readonly targetArn: string
  readonly configurationArn: string
  readonly deploymentId: string
  /** Root components by name. */
  readonly roots: Readonly<Record<string, GroupRoot>>
}

export interface GroupRoot {
  readonly version: string
  /** Of a component that the gateway was made with: its defaults and its configuration, to notice a change. */
  readonly digest?: string
}

/** By group name, such as `thinggroup/presses`. */
export type Groups = ReadonlyMap<string, Group>

/** A subdeployment counts as its parent's group, so the parent's next revision replaces it. */
export const groupOf = ({ targetArn, parentTargetArn }: DeploymentDocument): string =>
  groupNameOf(parentTargetArn ?? targetArn) ?? targetArn

/** The table after this deployment. A group stays when it has no roots: that it has none was somebody's decision. */
export function withDocument(groups: Groups, document: DeploymentDocument): Groups {
  const { targetArn, configurationArn, deploymentId, components } = document
  const roots = Object.fromEntries(
    Object.entries(components).map(([name, { version }]) => [name, { version }]),
  )
  return new Map(groups).set(groupOf(document), { targetArn, configurationArn, deploymentId, roots })
}

/**
 * Forgets the thing groups of which the device is no longer a member. Local deployments, those of the thing itself
 * and what the gateway was made with have no membership.
 */
export function withMembership(groups: Groups, memberOf: readonly string[] | undefined): Groups {
  if (memberOf === undefined) return groups
  return new Map(
    [...groups].filter(
      ([name, { deploymentId }]) =>
        !name.startsWith('thinggroup/') || isInitial(deploymentId) || memberOf.includes(name),
    ),
  )
}

const INITIAL = 'initial-'
export const initialIdOf = (digest: string): string => `${INITIAL}${digest}`
export const isInitial = (deploymentId: string): boolean => deploymentId.startsWith(INITIAL)

export interface RequestContext {
  readonly deploymentId: string
  readonly nowMs: number
  readonly identity: CoreIdentity
}

/**
 * The document of a local request: the group's present roots, edited. It never notifies components.
 */
export function documentOf(
  request: DeploymentRequest,
  groups: Groups,
  { deploymentId, nowMs, identity }: RequestContext,
): DeploymentDocument {
  const { groupName = '', rootComponentVersionsToAdd = {}, rootComponentsToRemove = [] } = request
  const group = groupName === '' || groupName === LOCAL_GROUP ? LOCAL_GROUP : `thinggroup/${groupName}`
  const kept = Object.entries(groups.get(group)?.roots ?? {})
    .filter(([name]) => !rootComponentsToRemove.includes(name))
    .map(([name, { version }]) => [name, version] as const)
  const versions = { ...Object.fromEntries(kept), ...rootComponentVersionsToAdd }
  const edited = [
    ...Object.keys(request.componentToConfiguration ?? {}),
    ...Object.keys(request.componentToRunWithInfo ?? {}),
  ].filter((name) => versions[name] === undefined)
  return {
    deploymentId,
    configurationArn: deploymentId,
    creationTimestamp: nowMs,
    targetArn: targetArnOf(group, identity),
    failureHandlingPolicy: request.failureHandlingPolicy ?? 'ROLLBACK',
    componentUpdatePolicy: { timeout: 0, action: 'SKIP_NOTIFY_COMPONENTS' },
    configurationValidationPolicy: { timeout: VALIDATION_TIMEOUT_S },
    components: Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [name, { version, ...editsOf(request, name) }]),
    ),
    edits: Object.fromEntries(edited.map((name) => [name, editsOf(request, name)])),
  }
}

function editsOf(request: DeploymentRequest, name: string): Omit<DeployedComponent, 'version'> {
  const configurationUpdate = request.componentToConfiguration?.[name]
  const runWith = request.componentToRunWithInfo?.[name]
  return {
    ...(configurationUpdate === undefined ? {} : { configurationUpdate }),
    ...(runWith === undefined ? {} : { runWith }),
  }
}
