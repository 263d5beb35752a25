import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Topic } from '../../../shared/contract/topics.ts'
import { type IotCore, startIotCore } from '../../../simulator/cloud/iot-core.ts'
import { connectIotCore, type MqttLink } from '../../../simulator/cloud/mqtt-link.ts'
import { eventually } from '../../support/genba-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { message, summary } from './cloud-messages.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const topic = Topic.cloudRecords('press-hall')
const up = (link: MqttLink) => firstValueFrom(link.up$.pipe(filter((isUp) => isUp)))

let core: IotCore
let link: MqttLink
let count = 0
beforeEach(async () => {
  core = await startIotCore({ directory: join(folder.path, `cloud-${count++}`) })
  link = await connectIotCore({ socketPath: core.socketPath, thing: 'press-hall' })
})
afterEach(async () => {
  await link.close()
  await core.close()
})

describe('the link to IoT Core', () => {
  it('resolves a publish once the cloud has it', async () => {
    await link.publish(topic, message('a', summary(0)), 1)
    expect(core.receiver.of('summary')).toEqual({ received: 1, duplicates: 0 })
    expect(core.receiver.meter().messages).toBe(1)
  })

  it('refuses at once while it is cut, and queues nothing', async () => {
    link.cut()
    await expect(link.publish(topic, message('a', summary(0)), 1)).rejects.toThrow('no connection')
    await expect(link.subscribe('orders/#', () => {})).rejects.toThrow('no connection')
    link.mend()
    await up(link)
    await link.publish(topic, message('b', summary(1000)), 1)
    expect(core.receiver.of('summary')).toEqual({ received: 1, duplicates: 0 })
  })

  it('rejects what is under way when it is cut', async () => {
    const publishing = link.publish(topic, message('a', summary(0)), 1)
    link.cut()
    await expect(publishing).rejects.toMatchObject({ code: 'GENBA_CLOUD_UNREACHABLE' })
  })

  it('tells each subscriber of its state where it stands, up or down', async () => {
    const seen: boolean[] = []
    const subscription = link.up$.subscribe((isUp) => seen.push(isUp))
    link.cut()
    link.mend()
    await up(link)
    subscription.unsubscribe()
    expect(seen).toEqual([true, false, true])
  })

  it('renews subscriptions after a cut', async () => {
    const heard: string[] = []
    const subscription = await link.subscribe('orders/+', (_topic, payload) => {
      heard.push(Buffer.from(payload).toString())
    })
    link.cut()
    link.mend()
    await up(link)
    await link.publish('orders/now', Buffer.from('stop'), 1)
    await eventually('the order', 5000, () => (heard.length > 0 ? true : undefined))
    await subscription.close()
    await link.publish('orders/now', Buffer.from('again'), 1)
    expect(heard).toEqual(['stop'])
  })

  it('finds the broker again after it was away', async () => {
    const directory = join(folder.path, `cloud-${count - 1}`)
    await core.close()
    await firstValueFrom(link.up$.pipe(filter((isUp) => !isUp)))
    core = await startIotCore({ directory })
    await up(link)
    await link.publish(topic, message('a', summary(0)), 1)
    expect(core.receiver.of('summary').received).toBe(1)
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const directory = join(folder.path, 'a'.repeat(120))
    const deep = await startIotCore({ directory })
    const deepLink = await connectIotCore({ socketPath: deep.socketPath, thing: 'press-hall' })
    await deepLink.publish(topic, message('a', summary(0)), 1)
    expect(deep.receiver.of('summary').received).toBe(1)
    await deepLink.close()
    await deep.close()
  })
})
