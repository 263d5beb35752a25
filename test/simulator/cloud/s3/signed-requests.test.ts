import { createHmac } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttpServer } from '../../../../simulator/cloud/http/server.ts'
import { decodeAwsChunked } from '../../../../simulator/cloud/s3/body/aws-chunked.ts'
import { ChunkSignatures } from '../../../../simulator/cloud/s3/body/chunk-signatures.ts'
import { openAccessKey } from '../../../../simulator/cloud/signature/access-keys.ts'
import { canonicalRequest, sha256Hex } from '../../../../simulator/cloud/signature/canonical.ts'
import { signatureOf, signingKey, stringToSign } from '../../../../simulator/cloud/signature/signing-key.ts'
import { eventually } from '../../../support/genba-process.ts'
import { REGION, type S3World, startS3World } from './s3-world.ts'

let world: S3World
let s3: S3Client
beforeAll(async () => {
  world = await startS3World()
  s3 = world.client()
})
afterAll(() => world.close())

const putUrl = (Key: string) =>
  getSignedUrl(s3, new PutObjectCommand({ Bucket: world.bucket, Key }), { expiresIn: 60 })
const getUrl = (Key: string) =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket: world.bucket, Key }), { expiresIn: 60 })
const codeOf = async (response: Response) => /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]

describe('presigned addresses of the simulated S3', () => {
  it('put and get without a key, for a client that knows HTTP alone', async () => {
    const put = await fetch(await putUrl('a b/ü'), { method: 'PUT', body: 'from a browser' })
    expect(put.status).toBe(200)
    const got = await fetch(await getUrl('a b/ü'))
    expect(await got.text()).toBe('from a browser')
    expect(got.headers.get('x-amz-checksum-crc64nvme')).toBeNull()
  })

  it('carry the headers of the answer', async () => {
    await fetch(await putUrl('report'), { method: 'PUT', body: 'x' })
    const command = new GetObjectCommand({
      Bucket: world.bucket,
      Key: 'report',
      ResponseContentDisposition: 'attachment; filename="report.txt"',
    })
    const got = await fetch(await getSignedUrl(s3, command))
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="report.txt"')
  })

  it('are good for the one request they were made for', async () => {
    const url = await getUrl('report')
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'x' }))).toBe('SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url.replace('/report?', '/other?')))).toBe('SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url.replace('Expires=60', 'Expires=61')))).toBe('SignatureDoesNotMatch')
    expect(await codeOf(await fetch(url.replace('Expires=60', 'Expires=604801')))).toBe(
      'AuthorizationQueryParametersError',
    )
    const more = await fetch(await putUrl('meta'), {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-meta-line': 'smuggled' },
    })
    expect([more.status, await codeOf(more)]).toEqual([403, 'AccessDenied'])
  })

  it('expire', async () => {
    const url = await getUrl('report')
    world.turnClock(59_000)
    expect((await fetch(url)).status).toBe(200)
    world.turnClock(3_000)
    const late = await fetch(url)
    expect(late.status).toBe(403)
    expect(await late.text()).toContain('Request has expired')
    world.turnClock(-62_000)
  })

  it('refuse a body of no known length', async () => {
    const status = new Promise((resolve) => {
      void putUrl('endless').then((url) => {
        const sending = request(url, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } })
        sending.on('response', (response) => resolve(response.resume().statusCode))
        sending.end('x')
      })
    })
    expect(await status).toBe(411)
  })

  it('leave nothing of an upload that broke off', async () => {
    const data = join(world.folder.path, 's3', 'contents', world.bucket, 'data')
    const before = readdirSync(data)
    const sending = request(await putUrl('half'), { method: 'PUT', headers: { 'content-length': 100_000 } })
    sending.on('error', () => {})
    sending.write(Buffer.alloc(50_000))
    await eventually('its file', 5000, () => (readdirSync(data).length > before.length ? true : undefined))
    sending.destroy()
    await eventually('its end', 5000, () => (readdirSync(data).length === before.length ? true : undefined))
    expect((await fetch(await getUrl('half'))).status).toBe(404)
  })
})

const list = (config: S3ClientConfig) => world.client(config).send(new ListBucketsCommand())

describe('signatures at the simulated S3', () => {
  it('refuses a wrong secret, and says what it would have signed', async () => {
    const credentials = { ...world.accessKey, secretAccessKey: 'wrong' }
    await expect(list({ credentials })).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
      StringToSign: expect.stringContaining('AWS4-HMAC-SHA256'),
    })
  })

  it('refuses a key it does not know', async () => {
    const credentials = { ...world.accessKey, accessKeyId: 'AKIAUNKNOWN' }
    await expect(list({ credentials })).rejects.toMatchObject({ name: 'InvalidAccessKeyId' })
  })

  it('refuses another region', async () => {
    await expect(list({ region: 'eu-west-1' })).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
      message: expect.stringContaining("expecting 'ap-northeast-1'"),
    })
  })

  it('refuses a clock that is wrong by more than a quarter of an hour', async () => {
    await list({ systemClockOffset: 14 * 60_000 })
    await expect(list({ systemClockOffset: -16 * 60_000 })).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
    })
  })

  it('lets the SDK correct its clock by the time of the answer', async () => {
    world.turnClock(3_600_000)
    const client = world.client({ maxAttempts: 2 })
    expect((await client.send(new ListBucketsCommand())).Buckets).toHaveLength(1)
    world.turnClock(-3_600_000)
  })

  it('refuses a request that was changed on its way', async () => {
    const change = (headers: Record<string, string>, body?: string) => {
      const client = world.client()
      client.middlewareStack.add(
        (next) => (input) => {
          Object.assign(Reflect.get(input.request as object, 'headers'), headers)
          if (body !== undefined) Reflect.set(input.request as object, 'body', body)
          return next(input)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      return client.send(
        new PutObjectCommand({ Bucket: world.bucket, Key: 'k', Body: 'hello', Metadata: { line: '1' } }),
      )
    }
    await change({})
    await expect(change({ 'x-amz-meta-line': '2' })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    await expect(change({ 'x-amz-meta-more': '2' })).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(change({}, 'jello')).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' })
  })

  it('refuses who signs nothing', async () => {
    const response = await fetch(`${world.url}/${world.bucket}?list-type=2`)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('<Code>AccessDenied</Code>')
  })
})

describe('the access key of the simulated cloud', () => {
  it('is made once, in a file that its owner alone can read', () => {
    expect(openAccessKey(world.folder.path)).toEqual(world.accessKey)
    expect(statSync(join(world.folder.path, 'access-key.json')).mode & 0o777).toBe(0o600)
    expect(world.accessKey.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  })
})

describe('the port of a service of the simulated cloud', () => {
  it('is named when another program has it', async () => {
    const port = Number(new URL(world.url).port)
    const second = startHttpServer(
      port,
      () => 0,
      async () => {},
    )
    await expect(second).rejects.toMatchObject({
      code: 'GENBA_CLOUD_PORT',
      issues: [{ where: `127.0.0.1:${port}`, mend: expect.stringContaining('another port') }],
    })
  })
})

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
