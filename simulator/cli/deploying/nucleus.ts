import type { Json, JsonObject } from '../../../shared/bytes/json.ts'

/** What the commands about deployments ask of the nucleus of a running gateway. */
export interface DeployingNucleus {
  /** Queues a local deployment. @returns its id @throws NucleusError on a request that cannot be read */
  deploy(request: LocalRequest): string
  /** Newest first, of every source. */
  deployments(): readonly DeploymentStatus[]
  /** @returns false when it has ended, or is being applied already */
  cancel(deploymentId: string): boolean
  /** What a local deployment would do; nothing is changed. */
  plan(request: LocalRequest): Promise<DeploymentPlan>
  /** Every value with its time and origin. @throws NucleusError when there is no such component */
  configurationOf(component: string): readonly ConfiguredValue[]
  components(): readonly { readonly name: string; readonly version: string; readonly state: string }[]
  restart(component: string): Promise<void>
  stopOne(component: string): Promise<void>
}

export interface ConfigurationUpdate {
  readonly merge?: JsonObject
  /** JSON pointers. */
  readonly reset?: readonly string[]
}

/** A local deployment, as the IPC operation CreateLocalDeployment asks for it. */
export interface LocalRequest {
  readonly groupName?: string
  readonly rootComponentVersionsToAdd?: Readonly<Record<string, string>>
  readonly rootComponentsToRemove?: readonly string[]
  readonly componentToConfiguration?: Readonly<Record<string, ConfigurationUpdate>>
  /** An absolute path; holds `NAME-VERSION.json` or `.yaml`. */
  readonly recipeDirectoryPath?: string
  /** An absolute path; holds `NAME/VERSION/FILE`. */
  readonly artifactsDirectoryPath?: string
  readonly failureHandlingPolicy?: 'ROLLBACK' | 'DO_NOTHING'
}

export interface DeploymentStatus {
  readonly deploymentId: string
  readonly source: 'local' | 'job' | 'shadow'
  readonly targetArn: string
  readonly status: 'QUEUED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'REJECTED'
  readonly createdMs: number
  readonly detailedStatus?: string
  readonly failureCause?: string
  readonly errorStack?: readonly string[]
  readonly errorTypes?: readonly string[]
}

export interface DeploymentPlan {
  readonly added: readonly { readonly name: string; readonly version: string }[]
  readonly removed: readonly { readonly name: string; readonly version: string }[]
  readonly updated: readonly { readonly name: string; readonly from: string; readonly to: string }[]
  readonly restarted: readonly { readonly name: string; readonly why: string }[]
  readonly configuration: readonly {
    readonly component: string
    readonly path: readonly string[]
    /** Undefined where there is nothing. */
    readonly before?: Json | undefined
    readonly after?: Json | undefined
  }[]
  readonly artifacts: readonly {
    readonly component: string
    readonly uri: string
    readonly sizeBytes?: number | undefined
  }[]
}

export interface ConfiguredValue {
  readonly path: readonly string[]
  readonly value: Json
  readonly timeMs: number
  readonly origin: { readonly kind: 'default' | 'deployment' | 'update' | 'reset'; readonly detail: string }
}

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED', 'REJECTED'])
export const isEnded = ({ status }: Pick<DeploymentStatus, 'status'>): boolean => ENDED.has(status)
