import { readBody } from '../../http/request.ts'
import { IntegrityCheck, readExpectedIntegrity } from '../body/integrity.ts'
import { malformedXml, S3Error } from '../errors.ts'
import type { BucketRequest, ObjectRequest, S3Answer, S3Context } from '../operation.ts'
import { elementsOf, readXml, textOf, xmlDocument } from '../xml.ts'

/** "DeleteObjects": up to 1000 keys a request. */
const KEYS_MAX = 1000
/** A thousand of the longest keys, escaped. */
const BODY_BYTES_MAX = 8 * 1024 * 1024

/** Succeeds also where there is no such object. */
export async function deleteObject({ bucket, key }: ObjectRequest): Promise<S3Answer> {
  await bucket.deleteObject(key)
  return { status: 204 }
}

export async function deleteObjects({ buckets }: S3Context, request: BucketRequest): Promise<S3Answer> {
  const bucket = buckets.get(request.bucketName)
  const expected = readExpectedIntegrity(request.signed)
  if (expected.md5 === undefined && expected.algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
  const check = new IntegrityCheck(expected)
  const body = await readBody(check.pass(request.payload.bytes, request.payload.trailers), BODY_BYTES_MAX)
  if (body === undefined) throw malformedXml()
  const document = readXml(body, 'Delete')
  const keys = elementsOf(document, 'Object').map((object) => textOf(object, 'Key'))
  if (keys.length === 0 || keys.length > KEYS_MAX) throw malformedXml()
  const deleted: string[] = []
  for (const key of keys) {
    if (key === undefined || key === '') throw malformedXml()
    await bucket.deleteObject(key)
    deleted.push(key)
  }
  const isQuiet = textOf(document, 'Quiet') === 'true'
  const elements = isQuiet ? {} : { Deleted: deleted.map((key) => ({ Key: key })) }
  return { status: 200, body: xmlDocument('DeleteResult', elements) }
}
