import type { JsonObject } from '../../../../shared/bytes/json.ts'

export type FailureHandlingPolicy = 'ROLLBACK' | 'DO_NOTHING'

/** Who a component's processes are and what they may use. */
export interface RunWith {
  /** `user` or `user:group`. */
  readonly posixUser?: string
  readonly systemResourceLimits?: {
    /** Kilobytes of memory for all processes of the component. */
    readonly memory?: number
    /** Share of processors, such as 0.5. */
    readonly cpus?: number
  }
}

export interface ConfigurationUpdate {
  readonly merge?: JsonObject
  /** JSON pointers; `""` is the whole configuration. */
  readonly reset?: readonly string[]
}

export interface DeployedComponent {
  readonly version: string
  readonly runWith?: RunWith
  readonly configurationUpdate?: ConfigurationUpdate
}

/**
 * What one revision of one target asks of the device, as the control plane sends it (the configuration document of
 * aws-greengrass-component-common) and as a local request is turned into.
 */
export interface DeploymentDocument {
  readonly deploymentId: string
  readonly deploymentName?: string
  /** ARN of this revision of the target; the deployment's id for a local one. */
  readonly configurationArn: string
  /** Milliseconds since 1970: the time of every value that the deployment merges. */
  readonly creationTimestamp: number
  readonly targetArn: string
  /** Set by a subdeployment: the thing group in whose place this one counts. */
  readonly parentTargetArn?: string
  readonly failureHandlingPolicy: FailureHandlingPolicy
  readonly componentUpdatePolicy: {
    /** Seconds for one round of questions. */
    readonly timeout: number
    readonly action: 'NOTIFY_COMPONENTS' | 'SKIP_NOTIFY_COMPONENTS'
  }
  readonly configurationValidationPolicy: {
    /** Seconds. */
    readonly timeout: number
  }
  /** The root components by name. */
  readonly components: Readonly<Record<string, DeployedComponent>>
  /** Components that a local request configures and that are no roots; they stay what the roots make of them. */
  readonly edits?: Readonly<Record<string, Omit<DeployedComponent, 'version'>>>
}

/** What the document says of a component, root or not; undefined where it does not name it. */
export const namedIn = (
  { components, edits }: Pick<DeploymentDocument, 'components' | 'edits'>,
  name: string,
): Omit<DeployedComponent, 'version'> | undefined => components[name] ?? edits?.[name]
