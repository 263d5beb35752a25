import { randomBytes } from 'node:crypto'
import {
  type ChecksumAlgorithm,
  checksumElement,
  checksumHeader,
  DEFAULT_ALGORITHM,
  readAlgorithm,
} from '../checksum/algorithm.ts'
import { invalidArgument } from '../errors.ts'
import { compareKeys } from '../list.ts'
import { objectHeadersOf } from '../object-headers.ts'
import {
  type BucketRequest,
  headerOf,
  type ObjectRequest,
  type S3Answer,
  type S3Context,
} from '../operation.ts'
import { xmlDocument } from '../xml.ts'
import { encoderOf, readPageSize } from './list-objects.ts'
import { receive } from './put-object.ts'

/** "Multipart upload limits". */
export const PARTS_MAX = 10_000
const PAGE_MAX = 1000

export async function createUpload({ nowMs }: S3Context, request: ObjectRequest): Promise<S3Answer> {
  const { bucket, bucketName, key, signed } = request
  const algorithm = readWantedAlgorithm(headerOf(signed, 'x-amz-checksum-algorithm'))
  const checksumType = readChecksumType(headerOf(signed, 'x-amz-checksum-type'), algorithm)
  const uploadId = randomBytes(24).toString('base64url')
  const headers = objectHeadersOf(signed)
  await bucket.startUpload({
    uploadId,
    key,
    initiatedMs: nowMs(),
    headers,
    algorithm,
    checksumType,
    parts: {},
  })
  return {
    status: 200,
    headers: { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': checksumType },
    body: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucketName, Key: key, UploadId: uploadId }),
  }
}

function readWantedAlgorithm(text: string | undefined): ChecksumAlgorithm {
  if (text === undefined) return DEFAULT_ALGORITHM
  const algorithm = readAlgorithm(text)
  if (algorithm === undefined) {
    throw invalidArgument('x-amz-checksum-algorithm', text, 'Checksum algorithm provided is unsupported.')
  }
  return algorithm
}

/** "Checking object integrity": CRC64NVME is of the whole object, SHA of the parts' sums, the other two are both. */
function readChecksumType(
  text: string | undefined,
  algorithm: ChecksumAlgorithm,
): 'FULL_OBJECT' | 'COMPOSITE' {
  const fallback = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
  const type = text?.toUpperCase() ?? fallback
  const isFull = type === 'FULL_OBJECT' && !algorithm.startsWith('SHA')
  const isComposite = type === 'COMPOSITE' && algorithm !== 'CRC64NVME'
  if (isFull) return 'FULL_OBJECT'
  if (isComposite) return 'COMPOSITE'
  throw invalidArgument(
    'x-amz-checksum-type',
    text ?? '',
    `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
  )
}

export async function uploadPart({ nowMs }: S3Context, request: ObjectRequest): Promise<S3Answer> {
  const { bucket, key, parameters } = request
  const uploadId = parameters.get('uploadId') ?? ''
  const text = parameters.get('partNumber') ?? ''
  const partNumber = Number(text)
  if (!/^\d+$/.test(text) || partNumber < 1 || partNumber > PARTS_MAX) {
    throw invalidArgument(
      'partNumber',
      text,
      `Part number must be an integer between 1 and ${PARTS_MAX}, inclusive`,
    )
  }
  bucket.upload(uploadId, key)
  const { written, integrity } = await receive(request)
  const { algorithm, checksum, md5 } = integrity
  const part = { ...written, etag: md5, modifiedMs: nowMs(), algorithm, checksum }
  await bucket.putPart(uploadId, key, partNumber, part)
  return { status: 200, headers: { etag: `"${md5}"`, [checksumHeader(algorithm)]: checksum } }
}

export async function abortUpload({ bucket, key, parameters }: ObjectRequest): Promise<S3Answer> {
  const { uploadId } = bucket.upload(parameters.get('uploadId') ?? '', key)
  await bucket.endUpload(uploadId)
  return { status: 204 }
}

export function listParts({ bucket, bucketName, key, parameters }: ObjectRequest): S3Answer {
  const upload = bucket.upload(parameters.get('uploadId') ?? '', key)
  const countMax = readPageSize(parameters.get('max-parts'), 'max-parts', PAGE_MAX)
  const marker = readPageSize(parameters.get('part-number-marker') ?? '0', 'part-number-marker', PARTS_MAX)
  const parts = Object.entries(upload.parts)
    .map(([number, part]) => ({ number: Number(number), part }))
    .filter(({ number }) => number > marker)
    .sort((left, right) => left.number - right.number)
  const page = parts.slice(0, countMax)
  const body = xmlDocument('ListPartsResult', {
    Bucket: bucketName,
    Key: key,
    UploadId: upload.uploadId,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: countMax,
    IsTruncated: parts.length > page.length,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.checksumType,
    Part: page.map(({ number, part }) => ({
      PartNumber: number,
      LastModified: new Date(part.modifiedMs).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.sizeBytes,
      [checksumElement(part.algorithm)]: part.checksum,
    })),
  })
  return { status: 200, body }
}

export function listUploads({ buckets }: S3Context, { bucketName, parameters }: BucketRequest): S3Answer {
  const countMax = readPageSize(parameters.get('max-uploads'), 'max-uploads', PAGE_MAX)
  const keyMarker = parameters.get('key-marker') ?? ''
  const idMarker = parameters.get('upload-id-marker') ?? ''
  const prefix = parameters.get('prefix') ?? ''
  const encode = encoderOf(parameters)
  const uploads = buckets
    .get(bucketName)
    .uploads()
    .filter(({ key, uploadId }) => {
      const order = compareKeys(key, keyMarker)
      return key.startsWith(prefix) && (order > 0 || (order === 0 && idMarker !== '' && uploadId > idMarker))
    })
    .sort((a, b) => compareKeys(a.key, b.key) || (a.uploadId < b.uploadId ? -1 : 1))
  const page = uploads.slice(0, countMax)
  const last = page.at(-1)
  const body = xmlDocument('ListMultipartUploadsResult', {
    Bucket: bucketName,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: last === undefined ? undefined : encode(last.key),
    NextUploadIdMarker: last?.uploadId,
    Prefix: encode(prefix),
    MaxUploads: countMax,
    IsTruncated: uploads.length > page.length,
    Upload: page.map(({ key, uploadId, initiatedMs, algorithm }) => ({
      Key: encode(key),
      UploadId: uploadId,
      Initiated: new Date(initiatedMs).toISOString(),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: algorithm,
    })),
  })
  return { status: 200, body }
}
