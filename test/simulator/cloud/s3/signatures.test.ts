import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ListBucketsCommand, PutObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttpServer } from '../../../../simulator/cloud/http/server.ts'
import { openAccessKey } from '../../../../simulator/cloud/signature/access-keys.ts'
import { type S3World, startS3World } from './s3-world.ts'

let world: S3World
beforeAll(async () => {
  world = await startS3World()
})
afterAll(() => world.close())

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
