import { createHash } from 'node:crypto'
import { readBody } from '../../http/request.ts'
import { checksumElement, createDigester } from '../checksum/algorithm.ts'
import { writeConditionOf } from '../conditions.ts'
import { malformedXml, S3Error } from '../errors.ts'
import type { ObjectRequest, S3Answer, S3Context } from '../operation.ts'
import type { PartEntry, UploadEntry } from '../store/entries.ts'
import { elementsOf, readXml, textOf, xmlDocument } from '../xml.ts'
import { PARTS_MAX } from './multipart.ts'

/** "Multipart upload limits": 5 MiB, but the last part. */
const PART_BYTES_MIN = 5 * 1024 * 1024
const BODY_BYTES_MAX = 4 * 1024 * 1024

interface ChosenPart {
  readonly number: number
  readonly part: PartEntry
}

export async function completeUpload({ nowMs }: S3Context, request: ObjectRequest): Promise<S3Answer> {
  const { bucket, bucketName, key, parameters, signed } = request
  const upload = bucket.upload(parameters.get('uploadId') ?? '', key)
  const condition = writeConditionOf(signed, key)
  const body = await readBody(request.payload.bytes, BODY_BYTES_MAX)
  if (body === undefined) throw malformedXml()
  const parts = chooseParts(upload, elementsOf(readXml(body, 'CompleteMultipartUpload'), 'Part'))
  const whole = createDigester(upload.algorithm)
  const sums = createDigester(upload.algorithm)
  const written = await bucket.data.write(
    (async function* () {
      for (const { part } of parts) {
        const own = createDigester(upload.algorithm)
        for await (const piece of bucket.data.read(part.dataFile)) {
          whole.update(piece)
          own.update(piece)
          yield piece
        }
        sums.update(own.digest())
      }
    })(),
  )
  const isFull = upload.checksumType === 'FULL_OBJECT'
  const value = isFull
    ? whole.digest().toString('base64')
    : `${sums.digest().toString('base64')}-${parts.length}`
  const etag = `${etagOf(parts)}-${parts.length}`
  await bucket.putObject(
    {
      key,
      ...written,
      etag,
      modifiedMs: nowMs(),
      headers: upload.headers,
      checksum: { algorithm: upload.algorithm, value, type: upload.checksumType },
    },
    condition,
  )
  await bucket.endUpload(upload.uploadId)
  return {
    status: 200,
    body: xmlDocument('CompleteMultipartUploadResult', {
      Location: `/${bucketName}/${key}`,
      Bucket: bucketName,
      Key: key,
      ETag: `"${etag}"`,
      [checksumElement(upload.algorithm)]: value,
      ChecksumType: upload.checksumType,
    }),
  }
}

/** MD5 of the MD5 of every part. */
function etagOf(parts: readonly ChosenPart[]): string {
  const hash = createHash('md5')
  for (const { part } of parts) hash.update(Buffer.from(part.etag, 'hex'))
  return hash.digest('hex')
}

/** @throws S3Error where a part is unknown, is not the one that was uploaded, comes out of order or is too small */
function chooseParts(upload: UploadEntry, elements: readonly Record<string, unknown>[]): ChosenPart[] {
  if (elements.length === 0 || elements.length > PARTS_MAX) throw malformedXml()
  const parts = elements.map((element) => {
    const number = Number(textOf(element, 'PartNumber'))
    const etag = textOf(element, 'ETag')?.replaceAll('"', '')
    if (!Number.isInteger(number) || etag === undefined) throw malformedXml()
    const part = upload.parts[number]
    const checksum = part && textOf(element, checksumElement(part.algorithm))
    if (part?.etag !== etag || (checksum !== undefined && checksum !== part.checksum)) {
      throw new S3Error(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: String(number), UploadId: upload.uploadId, ETag: etag },
      )
    }
    return { number, part }
  })
  parts.forEach(({ number, part }, index) => {
    if (index > 0 && number <= (parts[index - 1]?.number ?? 0)) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      )
    }
    if (index < parts.length - 1 && part.sizeBytes < PART_BYTES_MIN) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(PART_BYTES_MIN),
        PartNumber: String(number),
        ETag: part.etag,
      })
    }
  })
  return parts
}
