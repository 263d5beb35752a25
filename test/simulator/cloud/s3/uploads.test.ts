import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDigester } from '../../../../simulator/cloud/s3/checksum/algorithm.ts'
import { createCrc64Nvme } from '../../../../simulator/cloud/s3/checksum/crc64-nvme.ts'
import { type S3World, startS3World } from './s3-world.ts'

let world: S3World
let s3: S3Client
beforeAll(async () => {
  world = await startS3World()
  s3 = world.client()
})
afterAll(() => world.close())

const put = (more: object) =>
  s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: 'object', Body: 'hello', ...more }))
const crc32Of = (bytes: Buffer) => {
  const digest = Buffer.alloc(4)
  digest.writeUInt32BE(crc32(bytes))
  return digest.toString('base64')
}

describe('checksums of the simulated S3', () => {
  it('knows CRC-64/NVME by its check value, also in pieces', () => {
    const crc = createCrc64Nvme()
    crc.update(Buffer.from('12345'))
    crc.update(Buffer.from('6789'))
    expect(crc.digest().toString('hex')).toBe('ae8b14860a799888')
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] satisfies ChecksumAlgorithm[])(
    'keeps the %s that the SDK sends, and gives it back',
    async (ChecksumAlgorithm) => {
      const sent = await put({ ChecksumAlgorithm })
      const name = `Checksum${ChecksumAlgorithm}` as const
      expect(sent[name]).toBeTypeOf('string')
      const head = new HeadObjectCommand({ Bucket: world.bucket, Key: 'object', ChecksumMode: 'ENABLED' })
      expect((await s3.send(head))[name]).toBe(sent[name])
      const got = await s3.send(new GetObjectCommand({ Bucket: world.bucket, Key: 'object' }))
      expect(got[name]).toBe(sent[name])
      // The SDK compares while it reads.
      expect(await got.Body?.transformToString()).toBe('hello')
    },
  )

  it('computes CRC64NVME where none is sent', async () => {
    const plain = world.client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const sent = await plain.send(
      new PutObjectCommand({ Bucket: world.bucket, Key: 'plain', Body: '123456789' }),
    )
    expect(sent.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'))
    expect(sent.ChecksumType).toBe('FULL_OBJECT')
  })

  it('refuses bytes that are not those of the checksum or of the MD5, and keeps what was there', async () => {
    await put({ Body: 'before' })
    const wrong = crc32Of(Buffer.from('other'))
    await expect(put({ ChecksumCRC32: wrong })).rejects.toMatchObject({ name: 'BadDigest' })
    const md5 = createHash('md5').update('other').digest('base64')
    await expect(put({ ContentMD5: md5 })).rejects.toMatchObject({ name: 'BadDigest' })
    await expect(put({ ContentMD5: 'x' })).rejects.toMatchObject({ name: 'InvalidDigest' })
    await expect(put({ ChecksumCRC32: 'AAA=' })).rejects.toMatchObject({ name: 'InvalidRequest' })
    const object = await s3.send(new GetObjectCommand({ Bucket: world.bucket, Key: 'object' }))
    expect(await object.Body?.transformToString()).toBe('before')
  })
})

describe('streamed uploads with the default checksums of the SDK', () => {
  const stream = (bytes: Buffer, pieceBytes: number) =>
    Readable.from(
      (function* () {
        for (let start = 0; start < bytes.length; start += pieceBytes) {
          yield bytes.subarray(start, start + pieceBytes)
        }
      })(),
    )
  const bytes = Buffer.alloc(3_000_000, 'genba ')

  it('stores exactly the bytes that were sent', async () => {
    const Key = 'streamed'
    const sent = await s3.send(
      new PutObjectCommand({
        Bucket: world.bucket,
        Key,
        Body: stream(bytes, 65_536),
        ContentLength: bytes.length,
      }),
    )
    expect(sent.ChecksumCRC32).toBe(crc32Of(bytes))
    const object = await s3.send(new GetObjectCommand({ Bucket: world.bucket, Key }))
    expect(object.ContentLength).toBe(bytes.length)
    expect(object.ContentEncoding).toBeUndefined()
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  })

  it('refuses chunks under 8 KiB, as S3 does, unless the SDK collects them', async () => {
    const command = () =>
      new PutObjectCommand({
        Bucket: world.bucket,
        Key: 'small-chunks',
        Body: stream(bytes.subarray(0, 50_000), 1000),
        ContentLength: 50_000,
      })
    await expect(s3.send(command())).rejects.toMatchObject({ name: 'InvalidChunkSizeError' })
    const collecting = world.client({ requestStreamBufferSize: 16_384 })
    expect((await collecting.send(command())).ChecksumCRC32).toBe(crc32Of(bytes.subarray(0, 50_000)))
  })

  it('refuses a stream that ends early or is longer than it says', async () => {
    const send = (ContentLength: number) =>
      s3.send(
        new PutObjectCommand({
          Bucket: world.bucket,
          Key: 'wrong-length',
          Body: stream(bytes.subarray(0, 20_000), 10_000),
          ContentLength,
        }),
      )
    await expect(send(20_001)).rejects.toMatchObject({ name: 'IncompleteBody' })
    await expect(send(19_999)).rejects.toMatchObject({ name: 'IncompleteBody' })
  })
})

const first = Buffer.alloc(5 * 1024 * 1024, 'press ')
const last = Buffer.from('the end')

async function begin(Key: string, more = {}) {
  const target = { Bucket: world.bucket, Key }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...more }))
  const upload = { ...target, UploadId }
  return {
    upload,
    part: (PartNumber: number, Body: Buffer) =>
      s3
        .send(new UploadPartCommand({ ...upload, PartNumber, Body }))
        .then((part) => ({ ...part, PartNumber })),
    complete: (Parts: { PartNumber: number; ETag?: string | undefined }[], options = {}) =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...options })),
  }
}
const digest = (algorithm: 'CRC32' | 'CRC64NVME', ...parts: Buffer[]) => {
  const digester = createDigester(algorithm)
  for (const part of parts) digester.update(part)
  return digester.digest()
}
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()

describe('multipart uploads of the simulated S3', () => {
  it('become one object, in the order of their numbers', async () => {
    const { part, complete } = await begin('big', { ContentType: 'text/plain', Metadata: { line: '3' } })
    const second = await part(7, last)
    const parts = [await part(2, first), second]
    const done = await complete(parts)
    const etag = createHash('md5')
      .update(Buffer.concat([md5(first), md5(last)]))
      .digest('hex')
    expect(done.ETag).toBe(`"${etag}-2"`)
    expect(done.ChecksumCRC64NVME).toBe(digest('CRC64NVME', first, last).toString('base64'))
    const object = await s3.send(new GetObjectCommand({ Bucket: world.bucket, Key: 'big' }))
    const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.concat([first, last]))).toBe(true)
    expect(object).toMatchObject({ ContentType: 'text/plain', Metadata: { line: '3' } })
  })

  it('have a checksum of the checksums of their parts', async () => {
    const { part, complete } = await begin('composite', { ChecksumAlgorithm: 'CRC32' })
    const done = await complete([await part(1, first), await part(2, last)])
    const sums = [digest('CRC32', first), digest('CRC32', last)]
    expect(done.ChecksumCRC32).toBe(`${digest('CRC32', ...sums).toString('base64')}-2`)
    const head = new HeadObjectCommand({ Bucket: world.bucket, Key: 'composite', ChecksumMode: 'ENABLED' })
    expect(await s3.send(head)).toMatchObject({
      ChecksumCRC32: done.ChecksumCRC32,
      ChecksumType: 'COMPOSITE',
    })
  })

  it('are listed with their parts until they end, also after a restart', async () => {
    const { upload, part } = await begin('listed')
    await part(1, first)
    await part(2, last)
    await part(2, Buffer.from('again'))
    await world.restart()
    s3 = world.client()
    const { Parts, IsTruncated } = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 1 }))
    expect([Parts?.map(({ PartNumber }) => PartNumber), IsTruncated]).toEqual([[1], true])
    const rest = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker: '1' }))
    expect(rest.Parts).toMatchObject([{ PartNumber: 2, Size: 5 }])
    const uploads = new ListMultipartUploadsCommand({ Bucket: world.bucket })
    expect((await s3.send(uploads)).Uploads).toMatchObject([{ Key: 'listed', UploadId: upload.UploadId }])
    await s3.send(new AbortMultipartUploadCommand(upload))
    expect((await s3.send(uploads)).Uploads ?? []).toEqual([])
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })

  it('refuse parts that are too small, unknown or out of order', async () => {
    const { part, complete } = await begin('refused')
    const small = await part(1, last)
    const big = await part(2, first)
    await expect(complete([small, big])).rejects.toMatchObject({ name: 'EntityTooSmall' })
    await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' })
    await expect(complete([{ ...small, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' })
    await expect(complete([big, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' })
    await expect(part(10_001, last)).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('do not replace what another one put there first', async () => {
    const { part, complete } = await begin('taken')
    const only = await part(1, last)
    await s3.send(new PutObjectCommand({ Bucket: world.bucket, Key: 'taken', Body: 'first' }))
    await expect(complete([only], { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  })
})
