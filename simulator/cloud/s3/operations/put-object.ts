import { IntegrityCheck, readExpectedIntegrity } from '../body/integrity.ts'
import { checksumHeader } from '../checksum/algorithm.ts'
import { writeConditionOf } from '../conditions.ts'
import { S3Error } from '../errors.ts'
import { objectHeadersOf } from '../object-headers.ts'
import type { ObjectRequest, S3Answer, S3Context } from '../operation.ts'

/** "Uploading objects": 5 GB with a single PUT. */
const PUT_BYTES_MAX = 5 * 1024 ** 3

export async function putObject({ nowMs }: S3Context, request: ObjectRequest): Promise<S3Answer> {
  const { bucket, key, signed } = request
  const headers = objectHeadersOf(signed)
  const condition = writeConditionOf(signed, key)
  const { written, integrity } = await receive(request)
  const { algorithm, checksum, md5 } = integrity
  await bucket.putObject(
    {
      key,
      ...written,
      etag: md5,
      modifiedMs: nowMs(),
      headers,
      checksum: { algorithm, value: checksum, type: 'FULL_OBJECT' },
    },
    condition,
  )
  return {
    status: 200,
    headers: {
      etag: `"${md5}"`,
      [checksumHeader(algorithm)]: checksum,
      'x-amz-checksum-type': 'FULL_OBJECT',
    },
  }
}

/** Writes a request's bytes to the disk while they are checked; where they are refused, nothing stays. */
export async function receive({ bucket, signed, payload }: ObjectRequest) {
  if (payload.lengthBytes === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  if (payload.lengthBytes > PUT_BYTES_MAX) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(payload.lengthBytes),
      MaxSizeAllowed: String(PUT_BYTES_MAX),
    })
  }
  const check = new IntegrityCheck(readExpectedIntegrity(signed))
  const written = await bucket.data.write(check.pass(payload.bytes, payload.trailers))
  return { written, integrity: check.integrity }
}
