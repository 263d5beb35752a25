import type { AddOns } from '../add-ons/add-ons.ts'
import type { AccessRequest } from '../authorization/access-control.ts'
import type { CloudLink } from '../cloud-link.ts'
import type { ConfigStore } from '../configuration/config-store.ts'
import type { DeploymentStatus } from '../deployments/engine/deployment-record.ts'
import type { Flavour } from '../flavour.ts'
import type { LifecycleReports } from '../lifecycle/reports.ts'
import type { UpdateSubscribers } from '../notices/update-notices.ts'
import type { LocalTopics } from '../pubsub/local-topics.ts'
import type { ComponentStatus } from '../status.ts'
import type { ValidationSubscribers } from '../validation.ts'

/** What the operations act on. */
export interface Services {
  readonly flavour: Flavour
  readonly topics: LocalTopics
  readonly configuration: ConfigStore
  readonly cloud: CloudLink
  readonly allows: (principal: string, request: AccessRequest) => boolean
  readonly lifecycle: LifecycleReports
  readonly validation: ValidationSubscribers
  readonly notices: UpdateSubscribers
  readonly deployments: DeploymentRequests
  /** The present components; the nucleus's own restart makes new ones. */
  readonly components: () => ComponentControl
  /** What the components of AWS beside the nucleus keep. */
  readonly addOns: AddOns
  /** Milliseconds since 1970, for configuration time-stamps. */
  readonly nowMs: () => number
}

/** Local deployments, as components and the command line ask for them. */
export interface DeploymentRequests {
  /** @returns the deployment's id @throws NucleusError `GENBA_DEPLOYMENT_INVALID` when it cannot be queued */
  create(request: unknown): string
  /** @returns false when the deployment has ended, or is being applied already */
  cancel(deploymentId: string): boolean
  /** Of every source, newest first. */
  all(): readonly DeploymentStatus[]
}

/** What components and the command line may do to components. */
export interface ComponentControl {
  status(): readonly ComponentStatus[]
  restart(name: string, reason?: string): Promise<void>
  stopOne(name: string, reason?: string): Promise<void>
  /** @returns false when no process is there to pause */
  pause(name: string): boolean
  resume(name: string): boolean
}
