import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareKeys, type ListedName, listKeys } from '../../../../simulator/cloud/s3/list.ts'
import { type S3World, startS3World } from './s3-world.ts'

let world: S3World
let s3: S3Client
beforeAll(async () => {
  world = await startS3World()
  s3 = world.client()
})
afterAll(() => world.close())

const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.send(new PutObjectCommand({ Bucket: world.bucket, Key, Body, ...more }))
const get = (Key: string, more = {}) => s3.send(new GetObjectCommand({ Bucket: world.bucket, Key, ...more }))
const text = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString()

describe('buckets of the simulated S3', () => {
  it('are made, found, listed and deleted', async () => {
    const Bucket = 'kiln-2'
    await s3.send(new CreateBucketCommand({ Bucket }))
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('ap-northeast-1')
    const { Buckets } = await s3.send(new ListBucketsCommand())
    expect(Buckets?.map(({ Name }) => Name)).toEqual([Bucket, world.bucket])
    const location = await s3.send(new GetBucketLocationCommand({ Bucket }))
    expect(location.LocationConstraint).toBe('ap-northeast-1')
    await s3.send(new DeleteBucketCommand({ Bucket }))
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' })
  })

  it('are refused where the name is none, is taken or has objects', async () => {
    const create = (Bucket: string) => s3.send(new CreateBucketCommand({ Bucket }))
    await expect(create('Press_Hall')).rejects.toMatchObject({ name: 'InvalidBucketName' })
    await expect(create('10.0.0.1')).rejects.toMatchObject({ name: 'InvalidBucketName' })
    await expect(create(world.bucket)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' })
    await put('something', 'x')
    await expect(s3.send(new DeleteBucketCommand({ Bucket: world.bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
      $metadata: { httpStatusCode: 409 },
    })
  })

  it('belong to one region', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const
    const create = s3.send(new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration }))
    await expect(create).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' })
  })
})

describe('objects of the simulated S3', () => {
  it('come back as they were put, with their headers', async () => {
    const { ETag } = await put('a', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      Metadata: { line: 'press 3' },
    })
    expect(ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`)
    const object = await get('a')
    expect(await object.Body?.transformToString()).toBe('hello')
    expect(object).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentLength: 5,
      Metadata: { line: 'press 3' },
    })
    const head = await s3.send(new HeadObjectCommand({ Bucket: world.bucket, Key: 'a' }))
    expect(head).toMatchObject({ ETag, ContentLength: 5, Metadata: { line: 'press 3' } })
  })

  it('are not there before they are put and after they are deleted', async () => {
    await expect(get('nothing')).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    })
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: world.bucket, Key: 'nothing' })),
    ).rejects.toMatchObject({ name: 'NotFound' })
    await expect(s3.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    })
    await put('short-lived', 'x')
    await s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: 'short-lived' }))
    await s3.send(new DeleteObjectCommand({ Bucket: world.bucket, Key: 'short-lived' }))
    await expect(get('short-lived')).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  it('are deleted many at a time', async () => {
    for (const key of ['many/1', 'many/<2>&']) await put(key, 'x')
    const Objects = [{ Key: 'many/1' }, { Key: 'many/<2>&' }, { Key: 'many/3' }]
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket: world.bucket, Delete: { Objects } }))
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['many/1', 'many/<2>&', 'many/3'])
    await expect(get('many/<2>&')).rejects.toMatchObject({ name: 'NoSuchKey' })
  })

  it('are read in part', async () => {
    await put('digits', '0123456789')
    expect(await text('digits', { Range: 'bytes=2-4' })).toBe('234')
    expect(await text('digits', { Range: 'bytes=7-' })).toBe('789')
    expect(await text('digits', { Range: 'bytes=-3' })).toBe('789')
    expect(await text('digits', { Range: 'bytes=5-99' })).toBe('56789')
    expect((await get('digits', { Range: 'bytes=2-4' })).ContentRange).toBe('bytes 2-4/10')
    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' })
  })

  it('are read under conditions', async () => {
    const { ETag } = await put('conditional', 'x')
    const past = new Date(Date.now() - 86_400_000)
    expect(await text('conditional', { IfMatch: ETag })).toBe('x')
    expect(await text('conditional', { IfModifiedSince: past })).toBe('x')
    await expect(get('conditional', { IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await expect(get('conditional', { IfUnmodifiedSince: past })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await expect(get('conditional', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    })
  })

  it('are put once where If-None-Match says so, also when many try at the same time', async () => {
    const tries = ['a', 'b', 'c', 'd'].map((body) => put('once', body, { IfNoneMatch: '*' }))
    const results = await Promise.allSettled(tries)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(3)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } })
    }
    const winner = results.findIndex((result) => result.status === 'fulfilled')
    expect(await text('once')).toBe('abcd'[winner])
  })

  it('are replaced only where If-Match names what is there', async () => {
    const { ETag } = await put('guarded', 'one')
    await put('guarded', 'two', { IfMatch: ETag })
    await expect(put('guarded', 'three', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await expect(put('never', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' })
    expect(await text('guarded')).toBe('two')
  })

  it('are copied with their metadata, or with new', async () => {
    await put('from here', 'copied', { Metadata: { line: '1' } })
    const CopySource = `${world.bucket}/${encodeURIComponent('from here')}`
    const copy = (Key: string, more = {}) =>
      s3.send(new CopyObjectCommand({ Bucket: world.bucket, Key, CopySource, ...more }))
    await copy('to/there')
    expect(await text('to/there')).toBe('copied')
    expect((await get('to/there')).Metadata).toEqual({ line: '1' })
    await copy('to/there', { MetadataDirective: 'REPLACE', Metadata: { line: '2' } })
    expect((await get('to/there')).Metadata).toEqual({ line: '2' })
    await expect(copy('from here')).rejects.toMatchObject({ name: 'InvalidRequest' })
  })

  it('come back whatever their key is, and no key reaches out of the folder', async () => {
    const before = readdirSync(world.folder.path).sort()
    const key = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        '../../escape',
        '/etc/passwd',
        '..',
        '.',
        'a//b',
        'a/./b',
        'a/../b',
        '%2e%2e/x',
        'a+b c',
      ),
    )
    await fc.assert(
      fc.asyncProperty(key, fc.uint8Array({ maxLength: 100 }), async (Key, bytes) => {
        await put(Key, Buffer.from(bytes))
        const received = Buffer.from((await (await get(Key)).Body?.transformToByteArray()) ?? [])
        expect(received.equals(bytes)).toBe(true)
      }),
      { numRuns: 20 },
    )
    expect(readdirSync(world.folder.path).sort()).toEqual(before)
  })

  it('have keys of at most 1024 bytes', async () => {
    await put('k'.repeat(1024), 'x')
    await expect(put('k'.repeat(1025), 'x')).rejects.toMatchObject({ name: 'KeyTooLongError' })
  })

  it('are there after a restart, and nothing else is', async () => {
    await put('durable', 'here')
    const data = join(world.folder.path, 's3', 'contents', world.bucket, 'data')
    world.folder.write(join('s3', 'contents', world.bucket, 'data', 'left-behind'), 'of a death')
    await world.restart()
    s3 = world.client()
    expect(await text('durable')).toBe('here')
    expect(readdirSync(data)).not.toContain('left-behind')
  })

  it('refuse what is not emulated instead of ignoring it', async () => {
    await expect(
      s3.send(new GetObjectAclCommand({ Bucket: world.bucket, Key: 'durable' })),
    ).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } })
  })
})

const LISTED = 'names'
const KEYS = ['a/1', 'a/2', 'a/b/3', 'b', 'c/<&>', 'd e+f%', 'ｚ', '😀']

const list = async (more: object) => {
  const answer = await s3.send(new ListObjectsV2Command({ Bucket: LISTED, ...more }))
  return {
    ...answer,
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  }
}

describe('listings of the simulated S3', () => {
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: LISTED }))
    for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket: LISTED, Key, Body: Key }))
  })

  it('sorts keys by their bytes in UTF-8', async () => {
    const { keys, KeyCount, Contents } = await list({})
    expect(keys).toEqual(KEYS)
    expect(KeyCount).toBe(KEYS.length)
    expect(Contents?.[0]).toMatchObject({ Size: 3, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) })
  })

  it('shows folders by a delimiter', async () => {
    expect(await list({ Delimiter: '/' })).toMatchObject({
      keys: ['b', 'd e+f%', 'ｚ', '😀'],
      prefixes: ['a/', 'c/'],
    })
    expect(await list({ Delimiter: '/', Prefix: 'a/' })).toMatchObject({
      keys: ['a/1', 'a/2'],
      prefixes: ['a/b/'],
    })
  })

  it('begins after a key, and may encode names for XML', async () => {
    expect((await list({ StartAfter: 'b' })).keys).toEqual(KEYS.slice(4))
    expect((await list({ Prefix: 'd', EncodingType: 'url' })).keys).toEqual(['d%20e%2Bf%25'])
  })

  it('comes in pages', async () => {
    const seen: (string | undefined)[] = []
    let pages = 0
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket: LISTED })) {
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key))
      pages++
    }
    expect(seen).toEqual(KEYS)
    expect(pages).toBe(3)
  })

  it('refuses a token that it did not give, and a count that is none', async () => {
    await expect(list({ ContinuationToken: 'x' })).rejects.toMatchObject({ name: 'InvalidArgument' })
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('shows in pages of any size what it shows at once', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é'), minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 30 }),
        fc.constantFrom('', 'a', 'a/'),
        fc.constantFrom('', '/'),
        fc.integer({ min: 1, max: 5 }),
        (keys, prefix, delimiter, countMax) => {
          const sorted = keys.sort(compareKeys)
          const query = { prefix, delimiter, after: undefined }
          const all = listKeys(sorted, { ...query, countMax: 1000 }).names
          const paged: ListedName[] = []
          for (let after: ListedName | undefined; ; after = paged.at(-1)) {
            const page = listKeys(sorted, { ...query, after, countMax })
            paged.push(...page.names)
            if (!page.isTruncated) break
          }
          expect(paged).toEqual(all)
          const covered = sorted.filter((name) => name.startsWith(prefix))
          expect(covered.every((name) => all.some((listed) => name.startsWith(listed.name)))).toBe(true)
        },
      ),
    )
  })
})
