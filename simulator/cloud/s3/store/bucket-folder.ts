import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RecordFolder } from '../../disk/record-folder.ts'
import { noSuchBucket, S3Error } from '../errors.ts'
import { Bucket } from './bucket.ts'
import { BucketEntry } from './entries.ts'

/** "Bucket naming rules": 3 to 63 lower-case letters, digits, dots and hyphens, and no address. */
const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** All buckets of the simulated account. */
export class BucketFolder {
  readonly #path: string
  readonly #entries: RecordFolder<BucketEntry>
  readonly #buckets = new Map<string, Bucket>()

  private constructor(path: string, entries: RecordFolder<BucketEntry>) {
    this.#path = path
    this.#entries = entries
  }

  static async open(path: string): Promise<BucketFolder> {
    await mkdir(path, { recursive: true })
    const folder = new BucketFolder(path, await RecordFolder.open(join(path, 'buckets'), BucketEntry))
    for (const name of folder.#entries.ids()) folder.#buckets.set(name, await folder.#openBucket(name))
    return folder
  }

  list(): BucketEntry[] {
    return this.#entries.values().sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  /** @throws S3Error `NoSuchBucket` */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (bucket === undefined) throw noSuchBucket(name)
    return bucket
  }

  /** @throws S3Error where the name is none, or taken */
  async create(name: string, createdMs: number): Promise<void> {
    if (!NAME.test(name)) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name })
    }
    await this.#entries.change(name, (current) => {
      if (current !== undefined) {
        throw new S3Error(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          { BucketName: name },
        )
      }
      return { name, createdMs }
    })
    this.#buckets.set(name, await this.#openBucket(name))
  }

  /** @throws S3Error `BucketNotEmpty` */
  async delete(name: string): Promise<void> {
    const bucket = this.get(name)
    await this.#entries.change(name, () => {
      if (!bucket.isEmpty) {
        throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
          BucketName: name,
        })
      }
      return undefined
    })
    this.#buckets.delete(name)
    await rm(this.#bucketPath(name), { recursive: true, force: true })
  }

  #openBucket(name: string): Promise<Bucket> {
    return Bucket.open(this.#bucketPath(name))
  }

  /** A name is one part of a path: the rules of bucket names leave no other. */
  #bucketPath(name: string): string {
    return join(this.#path, 'contents', name)
  }
}
