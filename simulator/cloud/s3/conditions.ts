import type { SignedRequest } from '../signature/canonical.ts'
import { noSuchKey, preconditionFailed, S3Error } from './errors.ts'
import { headerOf } from './operation.ts'
import type { WriteCondition } from './store/bucket.ts'
import type { ObjectEntry } from './store/entries.ts'

/**
 * Checks If-Match, If-None-Match and the two of time (RFC 9110, section 13.2.2).
 * @param prefix of the header names, such as `x-amz-copy-source-`
 * @throws S3Error `PreconditionFailed`, or `NotModified` where the answer is that the reader has it already
 */
export function checkReadConditions(request: SignedRequest, entry: ObjectEntry, prefix = ''): void {
  const ifMatch = headerOf(request, `${prefix}if-match`)
  const ifNoneMatch = headerOf(request, `${prefix}if-none-match`)
  const unmodifiedSinceMs = readDate(headerOf(request, `${prefix}if-unmodified-since`))
  const modifiedSinceMs = readDate(headerOf(request, `${prefix}if-modified-since`))
  // HTTP knows whole seconds alone.
  const modifiedMs = Math.floor(entry.modifiedMs / 1000) * 1000
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, entry)) throw preconditionFailed('If-Match')
  } else if (unmodifiedSinceMs !== undefined && modifiedMs > unmodifiedSinceMs) {
    throw preconditionFailed('If-Unmodified-Since')
  }
  const isUnchanged =
    ifNoneMatch !== undefined
      ? matches(ifNoneMatch, entry)
      : modifiedSinceMs !== undefined && modifiedMs <= modifiedSinceMs
  if (!isUnchanged) return
  // What is copied is no answer that a cache could replace.
  if (prefix !== '')
    throw preconditionFailed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match')
  throw new S3Error('NotModified', 'Not Modified', {}, { etag: `"${entry.etag}"` })
}

/** If-None-Match and If-Match of a write ("Conditional writes"); decided when the bytes are there, not before. */
export function writeConditionOf(request: SignedRequest, key: string): WriteCondition {
  const ifMatch = headerOf(request, 'if-match')
  const ifNoneMatch = headerOf(request, 'if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      {
        Header: 'If-None-Match',
        additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
      },
    )
  }
  return (current) => {
    if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match')
    if (ifMatch === undefined) return
    if (current === undefined) throw noSuchKey(key)
    if (!matches(ifMatch, current)) throw preconditionFailed('If-Match')
  }
}

const matches = (etags: string, { etag }: ObjectEntry): boolean =>
  etags.split(',').some((item) => {
    const text = item.trim().replace(/^W\//, '')
    return text === '*' || text === etag || text === `"${etag}"`
  })

function readDate(text: string | undefined): number | undefined {
  const dateMs = Date.parse(text ?? '')
  return Number.isNaN(dateMs) ? undefined : dateMs
}
