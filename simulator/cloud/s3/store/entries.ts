import * as z from 'zod'
import { CHECKSUM_ALGORITHMS } from '../checksum/algorithm.ts'

const Checksum = z.object({
  algorithm: z.enum(CHECKSUM_ALGORITHMS),
  /** Base64; of a checksum of checksums with a dash and the number of parts. */
  value: z.string(),
  type: z.enum(['FULL_OBJECT', 'COMPOSITE']),
})

/** What is kept of an object beside its bytes. */
export const ObjectEntry = z.object({
  key: z.string(),
  /** Name in the folder of data. */
  dataFile: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** Without quotation marks. */
  etag: z.string(),
  modifiedMs: z.number(),
  /** Returned as they came: Content-Type and the like, and `x-amz-meta-…`. */
  headers: z.record(z.string(), z.string()),
  checksum: Checksum,
})
export type ObjectEntry = Readonly<z.output<typeof ObjectEntry>>

const PartEntry = z.object({
  dataFile: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  etag: z.string(),
  modifiedMs: z.number(),
  algorithm: z.enum(CHECKSUM_ALGORITHMS),
  checksum: z.string(),
})
export type PartEntry = Readonly<z.output<typeof PartEntry>>

/** A multipart upload that is neither completed nor aborted. */
export const UploadEntry = z.object({
  uploadId: z.string(),
  key: z.string(),
  initiatedMs: z.number(),
  headers: z.record(z.string(), z.string()),
  algorithm: z.enum(CHECKSUM_ALGORITHMS),
  checksumType: z.enum(['FULL_OBJECT', 'COMPOSITE']),
  /** Keyed by part number. */
  parts: z.record(z.string(), PartEntry),
})
export type UploadEntry = Readonly<z.output<typeof UploadEntry>>

/** What is kept of a bucket beside its objects. */
export const BucketEntry = z.object({ name: z.string(), createdMs: z.number() })
export type BucketEntry = Readonly<z.output<typeof BucketEntry>>
