import { join } from 'node:path'
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { type S3Server, startS3 } from '../../../../simulator/cloud/s3/server.ts'
import { openAccessKey } from '../../../../simulator/cloud/signature/access-keys.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

export const REGION = 'ap-northeast-1'

/** A simulated S3 with one bucket, and clients for it. */
export async function startS3World() {
  const folder = temporaryFolder()
  const accessKey = openAccessKey(folder.path)
  let aheadMs = 0
  const start = (): Promise<S3Server> =>
    startS3({
      directory: join(folder.path, 's3'),
      accessKey,
      region: REGION,
      port: 0,
      nowMs: () => Date.now() + aheadMs,
    })
  let server = await start()
  const clients: S3Client[] = []
  const world = {
    folder,
    accessKey,
    bucket: 'press-hall',
    get url() {
      return server.url
    },
    client(config: S3ClientConfig = {}): S3Client {
      const client = new S3Client({
        endpoint: server.url,
        region: REGION,
        forcePathStyle: true,
        credentials: { ...accessKey },
        maxAttempts: 1,
        ...config,
      })
      clients.push(client)
      return client
    },
    /** Turns the server's clock, not that of its clients. */
    turnClock(byMs: number): void {
      aheadMs += byMs
    },
    async restart(): Promise<void> {
      await server.close()
      server = await start()
    },
    async close(): Promise<void> {
      for (const client of clients) client.destroy()
      await server.close()
      folder.remove()
    },
  }
  await world.client().send(new CreateBucketCommand({ Bucket: world.bucket }))
  return world
}

export type S3World = Awaited<ReturnType<typeof startS3World>>
