import { encodeComponent } from '../../signature/canonical.ts'
import { invalidArgument } from '../errors.ts'
import { compareKeys, type ListedName, listKeys } from '../list.ts'
import type { BucketRequest, S3Answer, S3Context } from '../operation.ts'
import type { Bucket } from '../store/bucket.ts'
import { xmlDocument } from '../xml.ts'

const PAGE_KEYS_MAX = 1000

/** ListObjectsV2. */
export function listObjects({ buckets }: S3Context, { bucketName, parameters }: BucketRequest): S3Answer {
  const bucket = buckets.get(bucketName)
  const prefix = parameters.get('prefix') ?? ''
  const delimiter = parameters.get('delimiter') ?? ''
  const startAfter = parameters.get('start-after')
  const token = parameters.get('continuation-token')
  const countMax = readPageSize(parameters.get('max-keys'), 'max-keys', PAGE_KEYS_MAX)
  const start = startAfter === undefined ? undefined : { name: startAfter, isCommonPrefix: false }
  const after = token === undefined ? start : readToken(token)
  const sorted = bucket.keys().sort(compareKeys)
  const { names, isTruncated } = listKeys(sorted, { prefix, delimiter, after, countMax })
  const last = names.at(-1)
  const encode = encoderOf(parameters)
  const prefixes = names.filter(({ isCommonPrefix }) => isCommonPrefix)
  const body = xmlDocument('ListBucketResult', {
    Name: bucketName,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    EncodingType: parameters.get('encoding-type'),
    KeyCount: names.length,
    MaxKeys: countMax,
    IsTruncated: isTruncated,
    NextContinuationToken: isTruncated && last !== undefined ? writeToken(last) : undefined,
    Contents: names
      .filter(({ isCommonPrefix }) => !isCommonPrefix)
      .flatMap(({ name }) => describe(bucket, name, encode)),
    CommonPrefixes: prefixes.map(({ name }) => ({ Prefix: encode(name) })),
  })
  return { status: 200, body }
}

function describe(bucket: Bucket, key: string, encode: (text: string) => string) {
  const entry = bucket.object(key)
  if (entry === undefined) return []
  return [
    {
      Key: encode(key),
      LastModified: new Date(entry.modifiedMs).toISOString(),
      ETag: `"${entry.etag}"`,
      ChecksumAlgorithm: entry.checksum.algorithm,
      ChecksumType: entry.checksum.type,
      Size: entry.sizeBytes,
      StorageClass: 'STANDARD',
    },
  ]
}

/** Asked for by readers whose keys may hold characters that XML cannot. */
export function encoderOf(parameters: ReadonlyMap<string, string>): (text: string) => string {
  const encoding = parameters.get('encoding-type')
  if (encoding === undefined) return (text) => text
  if (encoding !== 'url')
    throw invalidArgument('encoding-type', encoding, 'Invalid Encoding Method specified in Request')
  return (text) => encodeComponent(text).replaceAll('%2F', '/')
}

export function readPageSize(text: string | undefined, name: string, countMax: number): number {
  if (text === undefined) return countMax
  const count = Number(text)
  if (!/^\d+$/.test(text) || count > 2 ** 31 - 1) {
    throw invalidArgument(name, text, `Argument ${name} must be an integer between 0 and 2147483647`)
  }
  return Math.min(count, countMax)
}

const writeToken = ({ name, isCommonPrefix }: ListedName): string =>
  Buffer.from(`${isCommonPrefix ? 'p' : 'k'}${name}`).toString('base64url')

function readToken(token: string): ListedName {
  const text = Buffer.from(token, 'base64url').toString()
  if (!/^[kp]/.test(text)) {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect')
  }
  return { name: text.slice(1), isCommonPrefix: text.startsWith('p') }
}
