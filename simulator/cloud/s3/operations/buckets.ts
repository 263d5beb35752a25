import { readBody } from '../../http/request.ts'
import { malformedXml, S3Error } from '../errors.ts'
import type { BucketRequest, S3Answer, S3Context } from '../operation.ts'
import { readXml, textOf, xmlDocument } from '../xml.ts'

/** The region that is meant where a bucket's is not said. */
const DEFAULT_REGION = 'us-east-1'
const CONFIGURATION_BYTES_MAX = 64 * 1024

export function listBuckets({ buckets, region }: S3Context): S3Answer {
  const entries = buckets.list().map(({ name, createdMs }) => ({
    Name: name,
    CreationDate: new Date(createdMs).toISOString(),
    BucketRegion: region,
  }))
  const owner = { ID: 'genba', DisplayName: 'genba' }
  const body = xmlDocument('ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket: entries } })
  return { status: 200, body }
}

export async function createBucket(context: S3Context, request: BucketRequest): Promise<S3Answer> {
  const body = await readBody(request.payload.bytes, CONFIGURATION_BYTES_MAX)
  if (body === undefined) throw malformedXml()
  const wanted =
    body.length === 0 ? undefined : textOf(readXml(body, 'CreateBucketConfiguration'), 'LocationConstraint')
  if ((wanted ?? DEFAULT_REGION) !== context.region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `The ${wanted ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
  await context.buckets.create(request.bucketName, context.nowMs())
  return { status: 200, headers: { location: `/${request.bucketName}` } }
}

export function headBucket({ buckets, region }: S3Context, { bucketName }: BucketRequest): S3Answer {
  buckets.get(bucketName)
  return { status: 200, headers: { 'x-amz-bucket-region': region } }
}

export async function deleteBucket({ buckets }: S3Context, { bucketName }: BucketRequest): Promise<S3Answer> {
  await buckets.delete(bucketName)
  return { status: 204 }
}

export function getBucketLocation({ buckets, region }: S3Context, { bucketName }: BucketRequest): S3Answer {
  buckets.get(bucketName)
  const location = region === DEFAULT_REGION ? '' : region
  return { status: 200, body: xmlDocument('LocationConstraint', { '#text': location }) }
}
