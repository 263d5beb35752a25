import { IntegrityCheck } from '../body/integrity.ts'
import { checksumElement, readAlgorithm } from '../checksum/algorithm.ts'
import { checkReadConditions, writeConditionOf } from '../conditions.ts'
import { invalidArgument, noSuchKey, S3Error } from '../errors.ts'
import { objectHeadersOf } from '../object-headers.ts'
import { headerOf, type ObjectRequest, type S3Answer, type S3Context } from '../operation.ts'
import { readRange } from '../store/data-folder.ts'
import { xmlDocument } from '../xml.ts'

const SOURCE = 'x-amz-copy-source'

export const isCopy = ({ signed }: ObjectRequest): boolean => headerOf(signed, SOURCE) !== undefined

export async function copyObject(context: S3Context, request: ObjectRequest): Promise<S3Answer> {
  const { bucket, key, signed } = request
  const source = readSource(headerOf(signed, SOURCE) ?? '')
  const isReplacing = readDirective(headerOf(signed, 'x-amz-metadata-directive'))
  if (source.bucketName === request.bucketName && source.key === key && !isReplacing) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  }
  const condition = writeConditionOf(signed, key)
  const opened = await context.buckets.get(source.bucketName).openObject(source.key)
  if (opened === undefined) throw noSuchKey(source.key)
  const { entry, file } = opened
  try {
    checkReadConditions(signed, entry, `${SOURCE}-`)
  } catch (error) {
    await file.close()
    throw error
  }
  const algorithm =
    readAlgorithm(headerOf(signed, 'x-amz-checksum-algorithm') ?? '') ?? entry.checksum.algorithm
  const check = new IntegrityCheck(
    { md5: undefined, algorithm: undefined, checksum: undefined, isTrailing: false },
    algorithm,
  )
  const written = await bucket.data.write(check.pass(readRange(file)))
  const { md5, checksum } = check.integrity
  const copy = {
    key,
    ...written,
    etag: md5,
    modifiedMs: context.nowMs(),
    headers: isReplacing ? objectHeadersOf(signed) : entry.headers,
    checksum: { algorithm, value: checksum, type: 'FULL_OBJECT' as const },
  }
  await bucket.putObject(copy, condition)
  return {
    status: 200,
    body: xmlDocument('CopyObjectResult', {
      ETag: `"${md5}"`,
      LastModified: new Date(copy.modifiedMs).toISOString(),
      ChecksumType: 'FULL_OBJECT',
      [checksumElement(algorithm)]: checksum,
    }),
  }
}

/** `BUCKET/KEY`, percent-encoded, with a slash before it or none. */
function readSource(text: string): { readonly bucketName: string; readonly key: string } {
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(text) ?? '')
  if (match === null) {
    throw invalidArgument(
      SOURCE,
      text,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    )
  }
  return { bucketName: match[1] ?? '', key: match[2] ?? '' }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function readDirective(text: string | undefined): boolean {
  if (text === undefined || text === 'COPY') return false
  if (text === 'REPLACE') return true
  throw invalidArgument('x-amz-metadata-directive', text, 'Unknown metadata directive.')
}
