import type { SignedRequest } from '../signature/canonical.ts'
import type { Payload } from './body/payload.ts'
import type { Bucket } from './store/bucket.ts'
import type { BucketFolder } from './store/bucket-folder.ts'

/** What an operation works with. */
export interface S3Context {
  readonly buckets: BucketFolder
  readonly region: string
  readonly nowMs: () => number
}

/** A request that is believed, taken apart. */
export interface S3Request {
  readonly signed: SignedRequest
  readonly parameters: ReadonlyMap<string, string>
  readonly payload: Payload
}

export interface BucketRequest extends S3Request {
  readonly bucketName: string
}

export interface ObjectRequest extends BucketRequest {
  readonly bucket: Bucket
  readonly key: string
}

export interface S3Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  /** XML where it is text. */
  readonly body?: string | AsyncIterable<Uint8Array>
}

export const headerOf = ({ headers }: SignedRequest, name: string): string | undefined => headers[name]?.[0]
