import { createHash } from 'node:crypto'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { silenceSdkNotice } from '../../../aws/sdk-notice.ts'
import type { BucketFolder } from '../../s3/store/bucket-folder.ts'
import { readRange } from '../../s3/store/data-folder.ts'
import type { AccessKey } from '../../signature/access-keys.ts'

/** Where an artifact lies in S3. */
export interface ArtifactPlace {
  readonly bucket: string
  readonly key: string
}

/** Holds the artifacts of public components, which their recipes name as `greengrass:NAME`. */
export const PUBLIC_BUCKET = 'greengrass-public-artifacts'

export const publicArtifactKey = (component: string, version: string, artifact: string): string =>
  `${component}/${version}/${artifact}`

/** Of an address `s3://BUCKET/KEY`; undefined for other kinds. */
export function placeOf(uri: string): ArtifactPlace | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/is.exec(uri)
  return match === null ? undefined : { bucket: match[1] ?? '', key: match[2] ?? '' }
}

/** Artifacts as the service sees them: in the simulated S3 of the same process. */
export class Artifacts {
  readonly #buckets: BucketFolder
  readonly #client: S3Client
  readonly #nowMs: () => number

  constructor(buckets: BucketFolder, endpoint: string, region: string, key: AccessKey, nowMs: () => number) {
    this.#buckets = buckets
    silenceSdkNotice()
    // It signs addresses and sends nothing. The SDK writes into the credentials it is given.
    this.#client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { ...key } })
    this.#nowMs = nowMs
  }

  exists({ bucket, key }: ArtifactPlace): boolean {
    const isBucket = this.#buckets.list().some(({ name }) => name === bucket)
    return isBucket && this.#buckets.get(bucket).object(key) !== undefined
  }

  /** SHA-256, base64. @throws Error where it cannot be read */
  async digest({ bucket, key }: ArtifactPlace): Promise<string> {
    const opened = await this.#buckets.get(bucket).openObject(key)
    if (opened === undefined) throw new Error(`s3://${bucket}/${key} does not exist`)
    const hash = createHash('sha256')
    for await (const piece of readRange(opened.file)) hash.update(piece)
    return hash.digest('base64')
  }

  /** An address from which anybody can read the artifact for an hour. */
  presign({ bucket, key }: ArtifactPlace): Promise<string> {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key })
    return getSignedUrl(this.#client, command, { expiresIn: 3600, signingDate: new Date(this.#nowMs()) })
  }

  close(): void {
    this.#client.destroy()
  }
}
