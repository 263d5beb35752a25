import type { SignedRequest } from '../signature/canonical.ts'
import { checksumHeader } from './checksum/algorithm.ts'
import { S3Error } from './errors.ts'
import { headerOf } from './operation.ts'
import type { ObjectEntry } from './store/entries.ts'

const KEPT = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires']
const METADATA = 'x-amz-meta-'
/** "Object metadata": user-defined metadata is limited to 2 KB. */
const METADATA_BYTES_MAX = 2048

/** Headers of an upload that are kept with the object and come back with it. */
export function objectHeadersOf(request: SignedRequest): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of KEPT) {
    const value = headerOf(request, name)
    if (value !== undefined) headers[name] = value
  }
  headers['content-type'] ??= 'binary/octet-stream'
  // aws-chunked is how the bytes came, not what they are.
  const codings = (headerOf(request, 'content-encoding') ?? '').split(',').map((coding) => coding.trim())
  const kept = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked')
  if (kept.length > 0) headers['content-encoding'] = kept.join(',')
  let metadataBytes = 0
  for (const [name, values] of Object.entries(request.headers)) {
    if (!name.startsWith(METADATA)) continue
    headers[name] = values.join(',')
    metadataBytes += Buffer.byteLength(name) - METADATA.length + Buffer.byteLength(values.join(','))
  }
  if (metadataBytes > METADATA_BYTES_MAX) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(metadataBytes),
      MaxSizeAllowed: String(METADATA_BYTES_MAX),
    })
  }
  return headers
}

/** Headers with which an object is given out. */
export function headersOfObject(entry: ObjectEntry): Record<string, string> {
  return {
    ...entry.headers,
    etag: `"${entry.etag}"`,
    'last-modified': new Date(entry.modifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  }
}

export const checksumHeadersOf = ({ checksum }: ObjectEntry): Record<string, string> => ({
  [checksumHeader(checksum.algorithm)]: checksum.value,
  'x-amz-checksum-type': checksum.type,
})
