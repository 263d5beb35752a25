import {
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareKeys, type ListedName, listKeys } from '../../../../simulator/cloud/s3/list.ts'
import { type S3World, startS3World } from './s3-world.ts'

const KEYS = ['a/1', 'a/2', 'a/b/3', 'b', 'c/<&>', 'd e+f%', 'ｚ', '😀']

let world: S3World
let s3: S3Client
beforeAll(async () => {
  world = await startS3World()
  s3 = world.client()
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket: world.bucket, Key, Body: Key }))
})
afterAll(() => world.close())

const list = async (more: object) => {
  const answer = await s3.send(new ListObjectsV2Command({ Bucket: world.bucket, ...more }))
  return {
    ...answer,
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  }
}

describe('listings of the simulated S3', () => {
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
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 3 }, { Bucket: world.bucket })) {
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
