import { describe, expect, it } from 'vitest'
import { MessagePacker } from '../../../components/uplink/message-packer.ts'
import { CloudMessage } from '../../../shared/contract/records.ts'
import { alarm } from './records.ts'

const decode = (payload: Uint8Array | undefined) =>
  CloudMessage.parse(JSON.parse(new TextDecoder().decode(payload ?? new Uint8Array())))

describe('packing records into messages', () => {
  it('fills a message up to the limit, its topic included, and not beyond', () => {
    const topic = 'genba/press-line/records'
    const packer = new MessagePacker('press-line', topic)
    let added = 0
    while (packer.add(alarm(added, 'ü'), { lsn: 7, index: added }, 3000) === 'added') added++
    const message = packer.close()
    const bytes = (message?.payload.length ?? 0) + topic.length
    expect(bytes).toBeLessThanOrEqual(3000)
    expect(bytes).toBeGreaterThan(3000 - JSON.stringify(alarm(added)).length - 10)
    expect(message).toMatchObject({ recordCount: added, next: { lsn: 7, index: added } })
    expect(decode(message?.payload)).toEqual({
      v: 1,
      id: 'press-line/7.0',
      gateway: 'press-line',
      records: Array.from({ length: added }, (_, index) => alarm(index, 'ü')),
    })
  })

  it('says when one record alone is too large, and can go on with the next', () => {
    const packer = new MessagePacker('g', 't')
    expect(packer.add(alarm(0, 'x'.repeat(2000)), { lsn: 1, index: 0 }, 1000)).toBe('too-large')
    expect(packer.close()).toBeUndefined()
    expect(packer.add(alarm(1), { lsn: 1, index: 1 }, 1000)).toBe('added')
    expect(decode(packer.close()?.payload).id).toBe('g/1.1')
  })
})
