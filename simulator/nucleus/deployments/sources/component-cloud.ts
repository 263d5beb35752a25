import type { PlatformAttributes } from '../../recipe/platform.ts'
import type { Artifact } from '../../recipe/recipe.ts'

export interface CloudEndpoints {
  /** Base of the greengrassv2 API, such as `http://127.0.0.1:8443`. */
  readonly greengrass: string
  /** Base of S3, addressed in path style; that of the region's S3 when left out. */
  readonly s3?: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
}

export interface VersionQuestion {
  readonly name: string
  /** A version that the device has and would take. */
  readonly localVersion: string | undefined
  /** Range by who requires it. */
  readonly requirements: Readonly<Record<string, string>>
  readonly platform: PlatformAttributes
}

/** An artifact on its way. */
export interface ArtifactBody {
  readonly sizeBytes: number | undefined
  readonly chunks: AsyncIterable<Uint8Array>
  /** Ends a transfer that is not wanted. */
  cancel(): Promise<void>
}

/** The services that a core asks while it deploys. */
export interface ComponentCloud {
  /**
   * The version that the cloud decides on.
   * @throws DeploymentFailure when it has none; CloudUnreachable
   */
  resolve(
    question: VersionQuestion,
    signal: AbortSignal,
  ): Promise<{ readonly arn: string; readonly recipeText: string }>
  /** @param arn of the component version @throws DeploymentFailure; CloudUnreachable */
  open(arn: string, artifact: Artifact, signal: AbortSignal): Promise<ArtifactBody>
  /** Names of the thing groups that this device is in. @throws DeploymentFailure; CloudUnreachable */
  thingGroups(signal: AbortSignal): Promise<readonly string[]>
}

/** There is no way to the cloud now: what the device has may do instead. */
export class CloudUnreachable extends Error {
  constructor(cause?: unknown) {
    super('the cloud cannot be reached', { cause })
    this.name = 'CloudUnreachable'
  }
}

/** A core without a control plane, or one whose link is down. */
export const NO_CLOUD: ComponentCloud = {
  resolve: () => Promise.reject(new CloudUnreachable()),
  open: () => Promise.reject(new CloudUnreachable()),
  thingGroups: () => Promise.reject(new CloudUnreachable()),
}

/** The same cloud while the link is up, none while it is down. */
export function whileUp(cloud: ComponentCloud, isUp: () => boolean): ComponentCloud {
  const reachable = (): ComponentCloud => (isUp() ? cloud : NO_CLOUD)
  return {
    resolve: (question, signal) => reachable().resolve(question, signal),
    open: (arn, artifact, signal) => reachable().open(arn, artifact, signal),
    thingGroups: (signal) => reachable().thingGroups(signal),
  }
}
