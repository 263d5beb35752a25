import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GreengrassV2Client, ListTagsForResourceCommand } from '@aws-sdk/client-greengrassv2'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedRequestOf } from '../../../../simulator/cloud/http/request.ts'
import type { SignedRequest } from '../../../../simulator/cloud/signature/canonical.ts'
import { type VerifierOptions, verifySignature } from '../../../../simulator/cloud/signature/verify.ts'

/** The examples of "Authenticating requests (AWS Signature Version 4)" in the S3 API reference. */
const EXAMPLE: VerifierOptions = {
  secretOf: (id) => (id === 'AKIAIOSFODNN7EXAMPLE' ? 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' : undefined),
  region: 'us-east-1',
  service: 's3',
  pathRule: 'as-is',
  nowMs: () => Date.parse('2013-05-24T00:00:00Z'),
}
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const authorization = (signedHeaders: string, signature: string) => [
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
]
const host = ['examplebucket.s3.amazonaws.com']

describe('signatures of version 4', () => {
  it('takes the signed request of the reference', () => {
    const request: SignedRequest = {
      method: 'GET',
      path: '/test.txt',
      query: '',
      headers: {
        host,
        range: ['bytes=0-9'],
        'x-amz-content-sha256': [EMPTY_HASH],
        'x-amz-date': ['20130524T000000Z'],
        authorization: authorization(
          'host;range;x-amz-content-sha256;x-amz-date',
          'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
        ),
      },
    }
    expect(verifySignature(request, EMPTY_HASH, EXAMPLE)).toHaveProperty('verified')
    const changed = { ...request, path: '/other.txt' }
    expect(verifySignature(changed, EMPTY_HASH, EXAMPLE)).toMatchObject({ fault: { kind: 'mismatch' } })
  })

  it('takes the presigned address of the reference, until it expires', () => {
    const request: SignedRequest = {
      method: 'GET',
      path: '/test.txt',
      query:
        'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      headers: { host },
    }
    const at = (nowMs: number) =>
      verifySignature(request, 'UNSIGNED-PAYLOAD', { ...EXAMPLE, nowMs: () => nowMs })
    const dayMs = 86_400_000
    expect(at(EXAMPLE.nowMs() + dayMs)).toHaveProperty('verified')
    expect(at(EXAMPLE.nowMs() + dayMs + 1)).toMatchObject({ fault: { kind: 'expired' } })
    expect(at(EXAMPLE.nowMs() - dayMs)).toMatchObject({ fault: { kind: 'not-yet-valid' } })
  })

  it.each([
    ['nothing', undefined, 'missing'],
    ['another method', 'Basic dXNlcjpwYXNz', 'malformed'],
    ['no credential', 'AWS4-HMAC-SHA256 Signature=00', 'malformed'],
    ['no signature', authorization('host', 'zz')[0], 'malformed'],
  ])('says what is wrong with %s', (_what, header, kind) => {
    const headers: Record<string, string[]> = { host, 'x-amz-date': ['20130524T000000Z'] }
    if (header !== undefined) headers['authorization'] = [header]
    const request = { method: 'GET', path: '/', query: '', headers }
    expect(verifySignature(request, EMPTY_HASH, EXAMPLE)).toMatchObject({ fault: { kind } })
  })
})

describe('what the SDK signs', () => {
  const seen: SignedRequest[] = []
  const server = createServer((request, response) => {
    seen.push(signedRequestOf(request))
    request.resume()
    response.end('{}')
  })
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' }
  const region = 'ap-northeast-1'
  const verifier: VerifierOptions = {
    secretOf: () => 'secret',
    region,
    service: 's3',
    pathRule: 'as-is',
    nowMs: () => Date.now(),
  }
  let s3: S3Client
  let greengrass: GreengrassV2Client
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    greengrass = new GreengrassV2Client({ endpoint, region, credentials })
  })
  afterAll(async () => {
    s3.destroy()
    greengrass.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })

  it('is believed for any key, and for no other', async () => {
    await fc.assert(
      fc.asyncProperty(key, key, async (Key, other) => {
        const command = new GetObjectCommand({ Bucket: 'b', Key, ResponseContentType: other })
        const url = await getSignedUrl(s3, command, { expiresIn: 60 })
        const target = url.slice(url.indexOf('/', 'http://'.length))
        const [path = '', query = ''] = target.split('?')
        const request = { method: 'GET', path, query, headers: { host: [new URL(url).host] } }
        expect(verifySignature(request, 'UNSIGNED-PAYLOAD', verifier)).toHaveProperty('verified')
        const changed = { ...request, path: `${path}x` }
        expect(verifySignature(changed, 'UNSIGNED-PAYLOAD', verifier)).toMatchObject({
          fault: { kind: 'mismatch' },
        })
      }),
      { numRuns: 50 },
    )
  })

  it('is believed for a service that encodes paths twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), async (name) => {
        await greengrass.send(new ListTagsForResourceCommand({ resourceArn: `arn:aws:${name}` }))
        const request = seen.at(-1)
        const options: VerifierOptions = { ...verifier, service: 'greengrass', pathRule: 'normalised' }
        expect(request && verifySignature(request, EMPTY_HASH, options)).toHaveProperty('verified')
      }),
      { numRuns: 30 },
    )
  })
})
