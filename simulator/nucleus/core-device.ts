import type { Observable } from 'rxjs'
import type { Json, JsonObject } from '../../shared/bytes/json.ts'
import type { Bus } from '../../shared/component/host.ts'
import type { CloudLink } from './cloud-link.ts'
import type { DeploymentRequest } from './deployments/document/deployment-request.ts'
import type { DeploymentStatus } from './deployments/engine/deployment-record.ts'
import type { StageListener } from './deployments/engine/engine-parts.ts'
import type { DeploymentPlan } from './deployments/engine/plan.ts'
import type { InitialDeployment } from './deployments/initial-deployment.ts'
import type { CloudEndpoints } from './deployments/sources/component-cloud.ts'
import type { FlavourName } from './flavour.ts'
import type { StartScript } from './lifecycle/process/script-process.ts'
import type { RestartOptions } from './lifecycle/restart-policy.ts'
import type { Origin } from './state/origins.ts'
import type { ComponentStatus, NucleusEvent } from './status.ts'

export interface NucleusOptions {
  /** The core's root folder, made when missing; its content survives the nucleus. */
  readonly rootDir: string
  /** Thing name of the core device. */
  readonly thing: string
  readonly region: string
  /** AWS account in the ARNs of this core; 123456789012 when left out. */
  readonly account?: string
  readonly flavour: FlavourName
  readonly cloud: CloudLink
  /** The control plane, if there is one: without it nothing is fetched, and jobs and shadow are not looked at. */
  readonly cloudEndpoints?: CloudEndpoints
  /** The components that a gateway is made with; the core's own folder says what runs beside them. */
  readonly initial?: InitialDeployment
  readonly restart?: RestartOptions
  /** Stands in for the shell that runs scripts, where many cores share one process; a real shell when left out. */
  readonly startScript?: StartScript
  /** Secrets for aws.greengrass.SecretManager, in a file for its owner alone. */
  readonly secretsFile?: string
  /**
   * A deployment that is not done by then fails, and is rolled back where it has changed anything; 15 minutes when
   * left out. Preparing and applying have this time each, waits that components ask for included.
   */
  readonly deploymentTimeLimitMs?: number
  /** So long must the components be where they are before a deployment counts as done; a second when left out. */
  readonly steadyMs?: number
  /** Is told of every stage of a deployment as it begins: a test may kill the process there. */
  readonly onStage?: StageListener
}

/** A running core device: its IPC server and the processes of its components. */
export interface Nucleus {
  /** Of the IPC server. */
  readonly socketPath: string
  components(): ComponentStatus[]
  /** A bus for code in this process, under a name of its own and without the rights of a recipe. */
  bus(principal: string): Bus
  /** Signals every process of the component, SIGKILL unless told otherwise. @returns false when none runs */
  kill(name: string, signal?: NodeJS.Signals): boolean
  restart(name: string): Promise<void>
  /** Stops one component until it is restarted or deployed again; resolves when nothing of it runs. */
  stopOne(name: string): Promise<void>
  /**
   * Changes the configuration of one component at once and outside of any deployment: merges, tells the component,
   * and restarts it where the flavour does. @throws NucleusError when the component refuses (java)
   */
  mergeConfiguration(name: string, value: JsonObject): Promise<void>
  /** Queues a local deployment. @returns its id @throws NucleusError `GENBA_DEPLOYMENT_INVALID` */
  deploy(request: DeploymentRequest): string
  /** Newest first, of every source. */
  deployments(): readonly DeploymentStatus[]
  /** Every change of a deployment's status. */
  readonly deployments$: Observable<DeploymentStatus>
  /** @returns false when the deployment has ended, or is being applied already */
  cancel(deploymentId: string): boolean
  /** What a local deployment would do; nothing is changed. @throws NucleusError, DeploymentFailure */
  plan(request: DeploymentRequest): Promise<DeploymentPlan>
  /** Every value with its time and origin. @throws NucleusError `GENBA_COMPONENT_UNKNOWN` */
  configurationOf(component: string): readonly ConfiguredValue[]
  /** The revision of each target that this core has. */
  groups(): readonly GroupRevision[]
  /** What went otherwise at the start than was asked for. */
  readonly notes: readonly string[]
  /**
   * Cuts every IPC connection as a restart of the IPC server alone does. With `renew` the tokens die too, as on
   * lite: running components are refused from then on.
   */
  cutIpc(tokens: 'keep' | 'renew'): void
  readonly events$: Observable<NucleusEvent>
  /** Stops every component and the server; nothing is left running. An unfinished deployment goes on at the next start. */
  stop(): Promise<void>
}

export interface ConfiguredValue {
  readonly path: readonly string[]
  readonly value: Json
  readonly timeMs: number
  readonly origin: Origin
}

export interface GroupRevision {
  /** `thinggroup/NAME`, `thing/NAME` or `LOCAL_DEPLOYMENT`. */
  readonly name: string
  readonly targetArn: string
  readonly configurationArn: string
  readonly deploymentId: string
  /** Version of each root component. */
  readonly roots: Readonly<Record<string, string>>
}
