import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Topic } from '../../../shared/contract/topics.ts'
import { openReceiver } from '../../../simulator/cloud/receiver.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { alarm, message, summary } from './cloud-messages.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const topic = Topic.cloudRecords('press-hall')

describe('the receiving side of the cloud', () => {
  it('counts every identity once, by type, and what came again', () => {
    const receiver = openReceiver(join(folder.path, 'counted.jsonl'))
    receiver.accept(topic, message('a', summary(0), summary(1000), alarm(500)))
    receiver.accept(topic, message('b', summary(1000), summary(1000, 1)))
    expect(receiver.of('summary')).toEqual({ received: 3, duplicates: 1 })
    expect(receiver.of('alarm')).toEqual({ received: 1, duplicates: 0 })
    receiver.close()
  })

  it('does not count what the core device itself says of its jobs, shadows and health', () => {
    const receiver = openReceiver(join(folder.path, 'reserved.jsonl'))
    receiver.accept('$aws/things/press-hall/greengrassv2/health/json', Buffer.from('{"status":"HEALTHY"}'))
    expect(receiver.meter()).toEqual({ messages: 0, units: 0, bytes: 0 })
    receiver.close()
  })

  it('knows after a restart what it had, although the last line was torn', () => {
    const path = join(folder.path, 'torn.jsonl')
    const first = openReceiver(path)
    first.accept(topic, message('a', summary(0), summary(1000)))
    first.accept(topic, message('b', summary(1000)))
    const metered = first.meter()
    first.close()
    appendFileSync(path, readFileSync(path, 'utf8').slice(0, 57))

    const second = openReceiver(path)
    expect(second.of('summary')).toEqual({ received: 2, duplicates: 1 })
    expect(second.meter()).toEqual(metered)
    second.accept(topic, message('c', summary(2000)))
    second.close()
    const third = openReceiver(path)
    expect(third.of('summary')).toEqual({ received: 3, duplicates: 1 })
    third.close()
  })

  it('refuses what is no message of records, and keeps nothing of it', () => {
    const path = join(folder.path, 'refused.jsonl')
    const receiver = openReceiver(path)
    expect(receiver.accept(topic, Buffer.from('{"v":1'))).toContain('not JSON')
    expect(receiver.accept(topic, Buffer.from('{"tag":"line1/temperature","value":1}'))).toContain('records')
    expect(receiver.refusedCount).toBe(2)
    expect(readFileSync(path, 'utf8')).toBe('')
    receiver.close()
  })

  it('meters messages on other topics without keeping them', () => {
    const path = join(folder.path, 'other.jsonl')
    const receiver = openReceiver(path)
    expect(receiver.accept('factory/hello', Buffer.from('hello'))).toBeUndefined()
    expect(receiver.meter()).toEqual({ messages: 1, units: 1, bytes: 'factory/hello'.length + 5 })
    expect(readFileSync(path, 'utf8')).toBe('')
    receiver.close()
  })
})
