import { checkReadConditions } from '../conditions.ts'
import { noSuchKey, S3Error } from '../errors.ts'
import { checksumHeadersOf, headersOfObject } from '../object-headers.ts'
import { headerOf, type ObjectRequest, type S3Answer } from '../operation.ts'
import { type ByteRange, readRange } from '../store/data-folder.ts'
import type { ObjectEntry } from '../store/entries.ts'

/** Query parameters by which a reader sets the headers it gets. */
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

export async function getObject(request: ObjectRequest): Promise<S3Answer> {
  const opened = await request.bucket.openObject(request.key)
  if (opened === undefined) throw noSuchKey(request.key)
  try {
    const { status, headers, range } = describe(request, opened.entry)
    return { status, headers, body: readRange(opened.file, range) }
  } catch (error) {
    await opened.file.close()
    throw error
  }
}

export function headObject(request: ObjectRequest): S3Answer {
  const entry = request.bucket.object(request.key)
  if (entry === undefined) throw noSuchKey(request.key)
  const { status, headers } = describe(request, entry)
  return { status, headers }
}

function describe(request: ObjectRequest, entry: ObjectEntry) {
  const { signed, parameters } = request
  checkReadConditions(signed, entry)
  const range = readRangeHeader(headerOf(signed, 'range'), entry.sizeBytes)
  const headers: Record<string, string | number> = headersOfObject(entry)
  for (const name of OVERRIDES) {
    const value = parameters.get(`response-${name}`)
    if (value !== undefined) headers[name] = value
  }
  if (range !== undefined) {
    const { firstByte, lastByte } = range
    headers['content-range'] = `bytes ${firstByte}-${lastByte}/${entry.sizeBytes}`
    headers['content-length'] = lastByte - firstByte + 1
    return { status: 206, headers, range }
  }
  headers['content-length'] = entry.sizeBytes
  // A checksum is of the whole object, so a part of it comes without.
  if (headerOf(signed, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeadersOf(entry))
  }
  return { status: 200, headers, range }
}

/**
 * One range of bytes (RFC 9110, section 14.1.2). What cannot be read, and more than one range, count as none.
 * @throws S3Error `InvalidRange` where the object has no byte of it
 */
function readRangeHeader(text: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const range =
    first === ''
      ? { firstByte: Math.max(0, sizeBytes - Number(last)), lastByte: sizeBytes - 1 }
      : {
          firstByte: Number(first),
          lastByte: Math.min(last === '' ? sizeBytes - 1 : Number(last), sizeBytes - 1),
        }
  if (last !== '' && first !== '' && Number(last) < Number(first)) return undefined
  if (range.firstByte > range.lastByte) {
    throw new S3Error(
      'InvalidRange',
      'The requested range is not satisfiable',
      { RangeRequested: text ?? '', ActualObjectSize: String(sizeBytes) },
      { 'content-range': `bytes */${sizeBytes}` },
    )
  }
  return range
}
