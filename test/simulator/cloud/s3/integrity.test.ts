import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import {
  type ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
