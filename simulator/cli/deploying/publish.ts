import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { CliError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { asCloudError, type Cloud, errorName } from './cloud.ts'
import { artifactKey, type ComponentPackage, publishedRecipe } from './package-folder.ts'
import { changesSincePublished } from './published.ts'

const POLL_MS = 300
/** The service takes seconds. */
const DEPLOYABLE_MS_MAX = 180_000

export interface Published {
  readonly component: string
  readonly version: string
  readonly action: 'published' | 'unchanged'
  readonly arn: string
  readonly bytesUploaded: number
}

export interface PublishOptions {
  readonly cloud: Cloud
  readonly bucket: string
  readonly progress: Progress
}

/**
 * Publishes one component, unless the same is there already; resolves when it can be deployed.
 * @throws CliError `GENBA_VERSION_TAKEN` when something else is there under its version; `GENBA_CLOUD_REFUSED`
 */
export async function publishComponent(each: ComponentPackage, options: PublishOptions): Promise<Published> {
  const { name, version } = each
  const arn = arnOf(each, options.cloud)
  try {
    const there = await publishedBefore(arn, options.cloud)
    const action = there === undefined ? 'published' : 'unchanged'
    if (there !== undefined) refuseChanges(each, there)
    const bytesUploaded = there === undefined ? await upload(each, options) : 0
    if (there === undefined) await create(each, options)
    await untilDeployable(arn, each, options)
    return { component: name, version, action, arn, bytesUploaded }
  } catch (error) {
    throw asCloudError(error, `publishing ${name} ${version}`)
  }
}

const arnOf = ({ name, version }: ComponentPackage, { region, account }: Cloud): string =>
  `arn:aws:greengrass:${region}:${account}:components:${name}:versions:${version}`

/** The recipe that is there under this version. */
async function publishedBefore(arn: string, { greengrass }: Cloud): Promise<unknown> {
  const { GetComponentCommand } = await import('@aws-sdk/client-greengrassv2')
  try {
    const { recipe } = await greengrass.send(new GetComponentCommand({ arn, recipeOutputFormat: 'JSON' }))
    return JSON.parse(Buffer.from(recipe ?? []).toString())
  } catch (error) {
    if (errorName(error) === 'ResourceNotFoundException') return undefined
    throw error
  }
}

function refuseChanges({ name, version, recipe }: ComponentPackage, published: unknown): void {
  const changes = changesSincePublished(recipe, published)
  if (changes.length === 0) return
  throw new CliError(
    'GENBA_VERSION_TAKEN',
    `${name} ${version} is published already, and is something else`,
    ...changes.slice(0, 5),
    { mend: `raise ComponentVersion in recipes/${name}.json, and the version in its code` },
  )
}

async function upload(each: ComponentPackage, { cloud, bucket, progress }: PublishOptions): Promise<number> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3')
  if (each.files.length > 0) await ensureBucket(bucket, cloud)
  let bytesUploaded = 0
  for (const { file, path, digest } of each.files) {
    const key = artifactKey(each.name, each.version, file)
    if (await isUploaded(cloud, bucket, key, digest)) continue
    progress.show(() => `uploading ${key}`)
    const body = readFileSync(path)
    const what = { Bucket: bucket, Key: key, Body: body, ChecksumSHA256: digest }
    await cloud.s3.send(new PutObjectCommand({ ...what, ContentType: 'application/zip' }))
    bytesUploaded += body.length
  }
  return bytesUploaded
}

async function ensureBucket(bucket: string, { s3, region }: Cloud): Promise<void> {
  const { CreateBucketCommand, HeadBucketCommand } = await import('@aws-sdk/client-s3')
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
    return
  } catch (error) {
    if (!['NotFound', 'NoSuchBucket'].includes(errorName(error))) throw error
  }
  // The oldest region is the one that may not be named.
  const place =
    region === 'us-east-1'
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' } }
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place }))
}

/** An upload that broke off half-way goes on where it was. */
async function isUploaded({ s3 }: Cloud, bucket: string, key: string, digest: string): Promise<boolean> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3')
  try {
    const question = { Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' as const }
    const { ChecksumSHA256 } = await s3.send(new HeadObjectCommand(question))
    return ChecksumSHA256 === digest
  } catch (error) {
    if (['NotFound', 'NoSuchKey'].includes(errorName(error))) return false
    throw error
  }
}

async function create(each: ComponentPackage, { cloud, bucket }: PublishOptions): Promise<void> {
  const { CreateComponentVersionCommand } = await import('@aws-sdk/client-greengrassv2')
  const inlineRecipe = Buffer.from(JSON.stringify(publishedRecipe(each, bucket)))
  await cloud.greengrass.send(new CreateComponentVersionCommand({ inlineRecipe }))
}

async function untilDeployable(
  arn: string,
  { name, version }: ComponentPackage,
  { cloud, progress }: PublishOptions,
): Promise<void> {
  const { DescribeComponentCommand } = await import('@aws-sdk/client-greengrassv2')
  for (let waitedMs = 0; waitedMs < DEPLOYABLE_MS_MAX; waitedMs += POLL_MS) {
    const { status } = await cloud.greengrass.send(new DescribeComponentCommand({ arn }))
    const state = status?.componentState
    if (state === 'DEPLOYABLE') return
    if (state === 'FAILED' || state === 'DEPRECATED') {
      const errors = Object.entries(status?.errors ?? {}).map(([part, message]) => `${part}: ${message}`)
      throw new CliError('GENBA_CLOUD_REFUSED', `${name} ${version} cannot be deployed`, {
        where: arn,
        received: [state, status?.message, ...errors].filter(Boolean).join('; '),
      })
    }
    progress.show(() => `waiting for ${name} ${version}: ${state ?? 'requested'}`)
    await pause(POLL_MS)
  }
  throw new CliError('GENBA_CLOUD_REFUSED', `${name} ${version} is not deployable yet`, {
    where: arn,
    mend: 'publish it again: what is there is only waited for',
  })
}
