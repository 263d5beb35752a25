import type { GreengrassV2Client } from '@aws-sdk/client-greengrassv2'
import type { S3Client } from '@aws-sdk/client-s3'
import { silenceSdkNotice } from '../../../aws/sdk-notice.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'
import {
  type ArtifactBody,
  type CloudEndpoints,
  CloudUnreachable,
  type ComponentCloud,
} from './component-cloud.ts'
import { fetchThingGroups } from './thing-groups.ts'

export interface AwsCloudOptions {
  readonly endpoints: CloudEndpoints
  readonly region: string
  readonly thing: string
}

/** Of one request, retries included; a deployment that cannot get on fails instead of waiting. */
const ATTEMPTS_MAX = 2

/**
 * The control plane and S3 through the AWS SDK. Its clients are loaded with the first question: most cores of a test
 * never ask, and loading takes longer than starting.
 */
export function createAwsComponentCloud({ endpoints, region, thing }: AwsCloudOptions): ComponentCloud {
  // The clients write into the credentials that they are given.
  const common = { region, maxAttempts: ATTEMPTS_MAX, credentials: { ...endpoints.credentials } }
  silenceSdkNotice()
  const greengrass = once(async () => {
    const sdk = await import('@aws-sdk/client-greengrassv2')
    return { sdk, client: new sdk.GreengrassV2Client({ ...common, endpoint: endpoints.greengrassv2 }) }
  })
  const s3 = once(async () => {
    const sdk = await import('@aws-sdk/client-s3')
    const { s3: endpoint } = endpoints
    const place = endpoint === undefined ? {} : { endpoint, forcePathStyle: true }
    return { sdk, client: new sdk.S3Client({ ...common, ...place }) }
  })
  return {
    resolve: async ({ name, localVersion, requirements, platform }, abortSignal) => {
      const { sdk, client } = await greengrass()
      const command = new sdk.ResolveComponentCandidatesCommand({
        platform: { attributes: { ...platform } },
        componentCandidates: [
          { componentName: name, componentVersion: localVersion, versionRequirements: { ...requirements } },
        ],
      })
      const answer = await asking(name, () => client.send(command, { abortSignal }))
      const [resolved] = answer.resolvedComponentVersions ?? []
      if (resolved?.arn === undefined || resolved.recipe === undefined) throw noVersion(name, requirements)
      return { arn: resolved.arn, recipeText: Buffer.from(resolved.recipe).toString('utf8') }
    },
    open: async (arn, { uri }, abortSignal) => {
      if (/^s3:/i.test(uri)) return openS3(uri, s3, abortSignal)
      if (/^greengrass:/i.test(uri)) return openPresigned(arn, uri, greengrass, abortSignal)
      throw new DeploymentFailure(
        ['ARTIFACT_DOWNLOAD_ERROR', 'UNSUPPORTED_ARTIFACT_SCHEME'],
        `${uri} cannot be fetched: this core takes s3: and greengrass: addresses`,
      )
    },
    thingGroups: async (signal) => {
      const { client } = await greengrass()
      const signer = await client.config.signer()
      const options = { base: endpoints.greengrassv2, thing, signal, sign: signer.sign.bind(signer) }
      return asking('the thing groups', () => fetchThingGroups(options))
    },
  }
}

type Client<Sdk, Kind> = () => Promise<{ readonly sdk: Sdk; readonly client: Kind }>

async function openS3(
  uri: string,
  s3: Client<typeof import('@aws-sdk/client-s3'), S3Client>,
  abortSignal: AbortSignal,
): Promise<ArtifactBody> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(uri) ?? []
  const { sdk, client } = await s3()
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key })
  const answer = await asking(uri, () => client.send(command, { abortSignal }), 'S3_ERROR')
  if (answer.Body === undefined) throw notThere(uri)
  return bodyOf(answer.Body.transformToWebStream(), answer.ContentLength)
}

async function openPresigned(
  arn: string,
  uri: string,
  greengrass: Client<typeof import('@aws-sdk/client-greengrassv2'), GreengrassV2Client>,
  abortSignal: AbortSignal,
): Promise<ArtifactBody> {
  const { sdk, client } = await greengrass()
  const artifactName = uri.slice('greengrass:'.length)
  const command = new sdk.GetComponentVersionArtifactCommand({ arn, artifactName })
  const { preSignedUrl } = await asking(uri, () => client.send(command, { abortSignal }))
  if (preSignedUrl === undefined) throw notThere(uri)
  const answer = await asking(uri, () => fetch(preSignedUrl, { signal: abortSignal }))
  if (!answer.ok || answer.body === null) throw notThere(uri)
  const length = answer.headers.get('content-length')
  return bodyOf(answer.body, length === null ? undefined : Number(length))
}

function bodyOf(stream: ReadableStream<Uint8Array>, sizeBytes: number | undefined): ArtifactBody {
  const reader = stream.getReader()
  async function* read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  }
  return { sizeBytes, chunks: read(), cancel: () => reader.cancel() }
}

/** Tells an answer of the service from none at all. */
async function asking<Answer>(
  what: string,
  ask: () => Promise<Answer>,
  code: 'CLOUD_API_ERROR' | 'S3_ERROR' = 'CLOUD_API_ERROR',
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof DeploymentFailure || isAbort(error)) throw error
    const status = statusOf(error)
    if (status === undefined) throw new CloudUnreachable(error)
    const reason = error instanceof Error ? error.message : String(error)
    const codes = status === 404 && code === 'CLOUD_API_ERROR' ? 'NO_AVAILABLE_COMPONENT_VERSION' : code
    throw new DeploymentFailure([codes], `${what}: the cloud answers ${status}, ${reason}`, { cause: error })
  }
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const metadata: unknown = error.$metadata
  if (metadata === null || typeof metadata !== 'object' || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

const noVersion = (name: string, requirements: Readonly<Record<string, string>>): DeploymentFailure =>
  new DeploymentFailure(
    ['NO_AVAILABLE_COMPONENT_VERSION'],
    `the cloud has no version of ${name} that satisfies ${JSON.stringify(requirements)}`,
  )

const notThere = (uri: string): DeploymentFailure =>
  new DeploymentFailure(['ARTIFACT_DOWNLOAD_ERROR', 'S3_ERROR'], `${uri} is not there`)

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}
