import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { HealthBoard } from '../../../simulator/cli/health-board.ts'
import { makeStatus } from '../../../simulator/cli/status-report.ts'
import { renderStatus, renderStatusLine } from '../../../simulator/cli/status-text.ts'

const CORE = {
  state: '',
  nucleus: {
    socket: '/gg/ipc.socket',
    flavour: 'lite',
    root: '/gg',
    region: 'ap-northeast-1',
    thingName: 'core',
    thingArn: 'arn:aws:iot:ap-northeast-1:123456789012:thing/core',
  },
  endpoints: {
    greengrassv2: 'http://127.0.0.1:1',
    s3: 'http://127.0.0.1:2',
    kinesis: null,
    mqtt: '/mqtt.sock',
    region: 'ap-northeast-1',
    account: '123456789012',
  },
  components: [],
} as const
const COLLECTOR = { samples_read: 10, raw_json_bytes: 900 }
const HISTORIAN = { samples_stored: 100, store_bytes: 500, samples_sealed: 0, chunks: 0, chunk_bytes: 0 }

function statusOf({ collector = COLLECTOR, historian = HISTORIAN } = {}) {
  const board = new HealthBoard(() => 0)
  for (const [name, own] of Object.entries({ collector, historian })) {
    const metrics = Object.fromEntries(
      Object.entries(own).map(([metric, value]) => [`genba_${name}_${metric}`, value]),
    )
    board.take({ v: 1, component: `genba.${name}`, version: '1.2.3', metrics, queues: [] })
  }
  return makeStatus({ ...CORE, board, isLinkUp: true, summariesReceived: 1, bytesSent: 30 })
}

const pageOf = (status: ReturnType<typeof statusOf>): string[] =>
  renderStatus(status, pc.createColors(false)).split('\n')

describe('the status of a gateway', () => {
  it('says what everything stored takes as JSON, although the collector counts from its start', () => {
    const status = statusOf()
    expect(status.totals).toMatchObject({ bytesRawJson: 9000, bytesStored: 500 })
    expect(pageOf(status)[2]).toBe('9.0 kB as JSON → 500 B stored → 30 B sent')
    expect(renderStatusLine(status)).toContain(', 9.0 kB as JSON, 500 B stored, 30 B sent, ')
  })

  it('is silent about JSON until the collector has read something', () => {
    const status = statusOf({ collector: { samples_read: 0, raw_json_bytes: 0 } })
    expect(status.totals.bytesRawJson).toBeNull()
    expect(pageOf(status)[2]).toBe('500 B stored → 30 B sent')
    expect(renderStatusLine(status)).not.toContain('JSON')
  })

  it('says how much of the store is sealed, and counts that at its size in chunks', () => {
    expect(pageOf(statusOf())[0]).toBe('0 samples/s   100 stored, none of them sealed   link up')
    const status = statusOf({
      historian: { ...HISTORIAN, samples_sealed: 80, chunks: 2, chunk_bytes: 120 },
    })
    expect(pageOf(status)[0]).toBe('0 samples/s   100 stored, 80 of them sealed into 120 B   link up')
    expect(status.totals).toMatchObject({ samplesSealed: 80, bytesSealed: 120, bytesStored: 220 })
  })

  it('is all zeros before any component has spoken', () => {
    const board = new HealthBoard(() => 0)
    const parts = { ...CORE, isLinkUp: false, summariesReceived: 0, bytesSent: 0 }
    expect(makeStatus({ ...parts, board }).totals).toMatchObject({ bytesRawJson: 0, bytesStored: 0 })
  })
})
