import { describe, expect, it } from 'vitest'
import {
  faultsOf,
  makeReplayReport,
  type ReplayFindings,
  renderReplayReport,
} from '../../../simulator/cli/replay-report.ts'

const producer = (samples: number, stored: number, lines: number[] = []) => ({
  producer: 'genba.Collector/a',
  epoch: 1,
  sequence: 5,
  position: JSON.stringify({ v: 1, samples, rejected: lines.length, lines, json: samples * 80 }),
  frameCount: 6,
  sampleCount: stored,
  recordCount: 0,
})

const findings = (changes: Partial<ReplayFindings> = {}): ReplayFindings => ({
  state: '/state',
  sources: [{ path: '/a.csv', name: 'a' }],
  producers: [producer(100, 100)],
  figure: (name) => (name === 'genba_historian_summaries_stored' ? 7 : 0),
  summaries: { received: 7, duplicates: 1 },
  storeBytes: 5000,
  sentBytes: 900,
  components: [
    { name: 'genba.Uplink', version: '0.1.0', state: 'RUNNING', pid: 7, restarts: 2, rssBytes: 80_000_000 },
  ],
  elapsedMs: 1234.5,
  ...changes,
})

describe('the report of a replay', () => {
  it('adds up what the files say of themselves, also over a death', () => {
    const sources = [
      { path: '/a.csv', name: 'a' },
      { path: '/b.csv', name: 'b' },
    ]
    const producers = [producer(100, 100, [3, 8]), producer(50, 50, [11])]
    const report = makeReplayReport(findings({ sources, producers }))
    expect(report.samples).toEqual({ read: 150, rejected: 3, stored: 150, duplicates: 0, lost: 0 })
    expect(report.bytes).toEqual({ rawJson: 12_000, stored: 5000, sent: 900 })
    expect(report.files.map(({ rejectedLines }) => rejectedLines)).toEqual([[3, 8], [11]])
    expect(faultsOf(report)).toEqual([])
    expect(renderReplayReport(report)).toContain('/a.csv: line 3, 8\n')
  })

  it('names loss, and summaries that did not arrive', () => {
    const report = makeReplayReport(
      findings({ producers: [producer(1100, 100)], summaries: { received: 5, duplicates: 0 } }),
    )
    expect(report.samples.lost).toBe(1000)
    expect(faultsOf(report)).toEqual([
      '1,000 samples that were read are not stored',
      '2 summaries did not arrive in the cloud',
    ])
  })

  it('takes a file of which nothing was stored for empty', () => {
    const nothing = { ...producer(0, 0), epoch: -1, sequence: -1, position: '' }
    const report = makeReplayReport(findings({ producers: [nothing] }))
    expect(report.samples).toMatchObject({ read: 0, stored: 0, lost: 0 })
  })

  it('tells which components were restarted, without their process ids', () => {
    const report = makeReplayReport(findings())
    expect(report.components).toEqual([
      { name: 'genba.Uplink', version: '0.1.0', state: 'RUNNING', restarts: 2, rssBytes: 80_000_000 },
    ])
    expect(renderReplayReport(report)).toContain('genba.Uplink, 2 times')
  })
})
