import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../../support/genba-process.ts'
import { type S3World, startS3World } from './s3-world.ts'

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
