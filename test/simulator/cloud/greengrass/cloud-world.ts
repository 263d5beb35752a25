import { join } from 'node:path'
import { type ComponentDeploymentSpecification, GreengrassV2Client } from '@aws-sdk/client-greengrassv2'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { CloudClock } from '../../../../simulator/cloud/clock.ts'
import { type ControlPlane, startControlPlane } from '../../../../simulator/cloud/control-plane.ts'
import { startIotCore } from '../../../../simulator/cloud/iot-core.ts'
import { connectIotCore } from '../../../../simulator/cloud/mqtt-link.ts'
import { eventually } from '../../../support/genba-process.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** A clock that goes on only when it is turned. */
export function manualClock(startMs: number) {
  let nowMs = startMs
  const pending = new Set<{ readonly atMs: number; readonly action: () => void }>()
  const clock: CloudClock = {
    nowMs: () => nowMs,
    after: (delayMs, action) => {
      const entry = { atMs: nowMs + delayMs, action }
      pending.add(entry)
      return () => pending.delete(entry)
    },
  }
  return {
    clock,
    turn(byMs: number): void {
      nowMs += byMs
      for (const entry of [...pending]) {
        if (entry.atMs <= nowMs && pending.delete(entry)) entry.action()
      }
    },
  }
}

/** The control plane with its broker, clients of the SDK, and devices. */
export async function startCloudWorld() {
  const folder = temporaryFolder()
  const iotCore = await startIotCore({ directory: join(folder.path, 'iot') })
  const time = manualClock(Date.now())
  const start = () => startControlPlane({ directory: join(folder.path, 'cloud'), iotCore, clock: time.clock })
  let cloud: ControlPlane = await start()
  const connect = () => {
    const { region, credentials, endpoints } = cloud
    const config = { region, credentials: { ...credentials }, maxAttempts: 2 }
    return {
      greengrass: new GreengrassV2Client({ ...config, endpoint: endpoints.greengrassv2 }),
      s3: new S3Client({ ...config, endpoint: endpoints.s3, forcePathStyle: true }),
    }
  }
  let clients = connect()
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }))
  const disconnect = () => {
    clients.greengrass.destroy()
    clients.s3.destroy()
  }
  return {
    folder,
    time,
    iotCore,
    get cloud() {
      return cloud
    },
    get greengrass() {
      return clients.greengrass
    },
    get s3() {
      return clients.s3
    },
    async putArtifact(Key: string, Body: string): Promise<string> {
      await clients.s3.send(new PutObjectCommand({ Bucket: 'artifacts', Key, Body }))
      return `s3://artifacts/${Key}`
    },
    async restart({ meanwhile = () => {} } = {}): Promise<void> {
      disconnect()
      await cloud.close()
      meanwhile()
      cloud = await start()
      clients = connect()
    },
    async close(): Promise<void> {
      disconnect()
      await cloud.close()
      await iotCore.close()
      folder.remove()
    },
  }
}

export type CloudWorld = Awaited<ReturnType<typeof startCloudWorld>>

export const groupArn = (group: string): string =>
  `arn:aws:iot:ap-northeast-1:123456789012:thinggroup/${group}`
export const thingArn = (thing: string): string => `arn:aws:iot:ap-northeast-1:123456789012:thing/${thing}`

/** A recipe, as the text of JSON. */
export const recipe = (name: string, version: string, more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      RecipeFormatVersion: '2020-01-25',
      ComponentName: name,
      ComponentVersion: version,
      ComponentDescription: 'Watches the press',
      ComponentPublisher: 'Genba',
      Manifests: [{ Name: 'any', Platform: { os: 'linux', runtime: '*' }, Lifecycle: { run: 'true' } }],
      ...more,
    }),
  )

export const components = (
  versions: Record<string, string>,
): Record<string, ComponentDeploymentSpecification> =>
  Object.fromEntries(Object.entries(versions).map(([name, componentVersion]) => [name, { componentVersion }]))

export interface Heard {
  readonly topic: string
  readonly message: Record<string, unknown>
}

/** A device on the broker that remembers what it hears. */
export async function connectDevice(world: CloudWorld, thing: string) {
  const link = await connectIotCore({ socketPath: world.iotCore.socketPath, thing })
  const heard: Heard[] = []
  const hear = (topic: string, payload: Uint8Array) => {
    heard.push({ topic, message: JSON.parse(Buffer.from(payload).toString()) })
  }
  const prefix = `$aws/things/${thing}`
  await link.subscribe(`${prefix}/jobs/#`, hear)
  await link.subscribe(`${prefix}/shadow/#`, hear)
  const nextOn = (end: string, from: number) =>
    eventually(`${end} for ${thing}`, 10_000, () =>
      heard.slice(from).find(({ topic }) => topic === `${prefix}/${end}`),
    ).then(({ message }) => message)
  return {
    heard,
    /** What is heard on a topic from now on, or from a place in what was heard. */
    next: (end: string, from = heard.length) => nextOn(end, from),
    /** Publishes, and waits for the answer. */
    async ask(end: string, message: object, answer = 'accepted') {
      const from = heard.length
      await link.publish(`${prefix}/${end}`, Buffer.from(JSON.stringify(message)), 1)
      return nextOn(`${end}/${answer}`, from)
    },
    report: (status: object) =>
      link.publish(`${prefix}/greengrassv2/health/json`, Buffer.from(JSON.stringify(status)), 1),
    close: () => link.close(),
  }
}

export type Device = Awaited<ReturnType<typeof connectDevice>>
