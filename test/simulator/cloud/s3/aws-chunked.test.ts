import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeAwsChunked } from '../../../../simulator/cloud/s3/body/aws-chunked.ts'
import { ChunkSignatures } from '../../../../simulator/cloud/s3/body/chunk-signatures.ts'
import { canonicalRequest, sha256Hex } from '../../../../simulator/cloud/signature/canonical.ts'
import { signatureOf, signingKey, stringToSign } from '../../../../simulator/cloud/signature/signing-key.ts'
import { REGION, type S3World, startS3World } from './s3-world.ts'

/** The example of "Signature calculations: transferring payload in multiple chunks" in the S3 API reference. */
const EXAMPLE_SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' }
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  timeText: '20130524T000000Z',
  scope: EXAMPLE_SCOPE,
  key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', EXAMPLE_SCOPE),
}
const EXAMPLE_CHUNKS = [
  { size: 65_536, signature: 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648' },
  { size: 1024, signature: '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497' },
  { size: 0, signature: 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9' },
]

async function decode(pieces: Iterable<Uint8Array>, signatures?: ChunkSignatures) {
  let trailers: ReadonlyMap<string, string> = new Map()
  const source = (async function* () {
    yield* pieces
  })()
  const options = {
    signatures,
    onTrailers: (received: ReadonlyMap<string, string>) => {
      trailers = received
    },
  }
  const parts: Uint8Array[] = []
  for await (const part of decodeAwsChunked(source, options)) parts.push(part)
  return { bytes: Buffer.concat(parts), trailers }
}

const exampleBody = (character = 'a') =>
  Buffer.concat(
    EXAMPLE_CHUNKS.flatMap(({ size, signature }) => [
      Buffer.from(`${size.toString(16)};chunk-signature=${signature}\r\n`),
      Buffer.alloc(size, character),
      Buffer.from('\r\n'),
    ]),
  )

describe('the content coding aws-chunked', () => {
  it('takes the signed example of the reference, and no other bytes', async () => {
    const { bytes } = await decode([exampleBody()], new ChunkSignatures(EXAMPLE))
    expect(bytes.equals(Buffer.alloc(66_560, 'a'))).toBe(true)
    await expect(decode([exampleBody('b')], new ChunkSignatures(EXAMPLE))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
    const withoutSecond = Buffer.concat([exampleBody().subarray(0, 65_630), exampleBody().subarray(-86)])
    await expect(decode([withoutSecond], new ChunkSignatures(EXAMPLE))).rejects.toThrow()
  })

  it('gives back what was coded, however it is cut on its way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 8192, max: 9000 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 5000 }),
        async (sizes, lastSize, cut) => {
          const chunks = [...sizes, lastSize].map((size, index) => Buffer.alloc(size, index + 65))
          const body = Buffer.concat([
            ...chunks.flatMap((chunk) => [
              Buffer.from(`${chunk.length.toString(16)}\r\n`),
              chunk,
              Buffer.from('\r\n'),
            ]),
            Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'),
          ])
          const pieces = Array.from({ length: Math.ceil(body.length / cut) }, (_, index) =>
            body.subarray(index * cut, (index + 1) * cut),
          )
          const { bytes, trailers } = await decode(pieces)
          expect(bytes.equals(Buffer.concat(chunks))).toBe(true)
          expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']])
          await expect(decode([body.subarray(0, chunks[0]?.length)])).rejects.toMatchObject({
            code: 'IncompleteBody',
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  it.each(['', 'zz\r\n', '5\r\nhello', '5\r\nhello!\r\n', '5\nhello\r\n', `${'0'.repeat(2000)}\r\n`])(
    'refuses %j',
    async (text) => {
      await expect(decode([Buffer.from(text)])).rejects.toMatchObject({ code: 'IncompleteBody' })
    },
  )
})

describe('an upload with signed chunks and signed trailing headers', () => {
  let world: S3World
  beforeAll(async () => {
    world = await startS3World()
  })
  afterAll(() => world.close())

  /** What no JavaScript client does, and those in C, Java and Go do over plain HTTP. */
  async function send(bytes: string, checksum: string, tamper: (body: string) => string = (body) => body) {
    const { host } = new URL(world.url)
    const timeText = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const scope = { date: timeText.slice(0, 8), region: REGION, service: 's3' }
    const contentHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
    const headers: Record<string, string> = {
      host,
      'x-amz-content-sha256': contentHash,
      'x-amz-date': timeText,
      'x-amz-decoded-content-length': String(bytes.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    }
    const names = Object.keys(headers).sort()
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    const path = `/${world.bucket}/signed-chunks`
    const key = signingKey(world.accessKey.secretAccessKey, scope)
    const canonical = canonicalRequest(
      { method: 'PUT', path, query: '', headers: lists },
      names,
      contentHash,
      'as-is',
    )
    const seed = signatureOf(key, stringToSign(timeText, scope, canonical))
    const scopePath = `${scope.date}/${REGION}/s3/aws4_request`
    const sign = (kind: string, previous: string, ...hashes: string[]) =>
      createHmac('sha256', key)
        .update([`AWS4-HMAC-SHA256-${kind}`, timeText, scopePath, previous, ...hashes].join('\n'))
        .digest('hex')
    const one = sign('PAYLOAD', seed, sha256Hex(''), sha256Hex(bytes))
    const end = sign('PAYLOAD', one, sha256Hex(''), sha256Hex(''))
    const trailer = sign('TRAILER', end, sha256Hex(`x-amz-checksum-crc32:${checksum}\n`))
    const body = tamper(
      [
        `${bytes.length.toString(16)};chunk-signature=${one}`,
        bytes,
        `0;chunk-signature=${end}`,
        `x-amz-checksum-crc32:${checksum}`,
        `x-amz-trailer-signature:${trailer}`,
        '',
        '',
      ].join('\r\n'),
    )
    const credential = `${world.accessKey.accessKeyId}/${scopePath}`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(';')},Signature=${seed}`
    return new Promise<{ status: number | undefined; text: string }>((resolve) => {
      const sending = request(world.url + path, {
        method: 'PUT',
        headers: {
          ...headers,
          authorization,
          'content-encoding': 'aws-chunked',
          'content-length': body.length,
        },
      })
      sending.on('response', async (response) => {
        const text = (await response.toArray()).join('')
        resolve({ status: response.statusCode, text })
      })
      sending.end(body)
    })
  }

  it('is taken when all of it is as it was signed', async () => {
    expect((await send('hello', 'NhCmhg==')).status).toBe(200)
    expect((await send('hello', 'AAAAAA==')).text).toContain('<Code>BadDigest</Code>')
  })

  it.each([
    ['a byte of a chunk', 'hello', 'jello'],
    ['a trailing header', 'NhCmhg==', 'AAAAAA=='],
  ])('is refused when %s was changed on its way', async (_what, from, to) => {
    const { status, text } = await send('hello', 'NhCmhg==', (body) => body.replace(from, to))
    expect([status, text]).toEqual([403, expect.stringContaining('<Code>SignatureDoesNotMatch</Code>')])
  })

  it('is refused when its trailing headers are not signed', async () => {
    const { text } = await send('hello', 'NhCmhg==', (body) =>
      body.replace(/x-amz-trailer-signature.*\r\n/, ''),
    )
    expect(text).toContain('<Code>IncompleteBody</Code>')
  })
})
