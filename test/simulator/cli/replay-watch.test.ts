import { describe, expect, it } from 'vitest'
import type { HealthMessage } from '../../../shared/contract/health.ts'
import { HealthBoard } from '../../../simulator/cli/health-board.ts'
import { type ReplayVerdict, ReplayWatch } from '../../../simulator/cli/replay-watch.ts'

interface Figures {
  finished: number
  outbox: number
  head: number
  created: number
  processor: number
  uplink: number
}

const DONE: Figures = { finished: 1, outbox: 0, head: 9, created: 3, processor: 9, uplink: 9 }

/** A gateway that says what it is told to say. */
function startTalk() {
  const board = new HealthBoard(() => 0)
  const cloud = { received: 3 }
  const watch = new ReplayWatch({ board, sourceCount: 1, summariesReceived: () => cloud.received })
  const say = (component: string, metrics: Record<string, number>, depth = 0): ReplayVerdict => {
    const queue = { name: 'q', depth, bytes: 0, ageMs: 0, limitBytes: 1, fullInMs: null }
    const message: HealthMessage = { v: 1, component, version: '0.1.0', metrics, queues: [queue] }
    board.take(message)
    return watch.note(component)
  }
  /** One second of health messages; gives the last verdict. */
  const round = ({ finished, outbox, head, created, processor, uplink }: Figures): ReplayVerdict[] => [
    say('genba.Historian', { genba_historian_head_lsn: head, genba_historian_summaries_stored: created }),
    say('genba.Collector', { genba_collector_sources_finished: finished }, outbox),
    say('genba.Processor', { genba_processor_position_lsn: processor }),
    say('genba.Uplink', { genba_uplink_position_lsn: uplink }),
  ]
  return { board, cloud, round, say }
}

const times = (count: number, round: () => ReplayVerdict[]): ReplayVerdict[] =>
  Array.from({ length: count }, round).flat()

describe('when a replay is over', () => {
  it('is when everyone has been idle at the end of the log for two messages', () => {
    const { round } = startTalk()
    expect(round(DONE)).not.toContain('complete')
    expect(round(DONE)).not.toContain('complete')
    expect(round(DONE)).toContain('complete')
  })

  it.each([
    ['a file is still being read', { finished: 0 }],
    ['frames wait for an acknowledgement', { outbox: 2 }],
    ['the processor is behind', { processor: 8 }],
    ['the uplink is behind', { uplink: 5 }],
  ])('is not while %s', (_what, difference) => {
    const { round } = startTalk()
    expect(new Set(times(20, () => round({ ...DONE, ...difference })))).toEqual(new Set(['working']))
  })

  it('begins to wait anew when anything moves', () => {
    const { round } = startTalk()
    times(2, () => round(DONE))
    const moved = { ...DONE, head: 10, processor: 10, uplink: 10 }
    expect(round(moved)).not.toContain('complete')
    expect(times(2, () => round(moved))).toContain('complete')
  })

  it('is not while a component that died has said nothing yet', () => {
    const { board, round } = startTalk()
    times(2, () => round(DONE))
    board.forget('genba.Processor')
    const [historian, collector] = round(DONE)
    expect([historian, collector]).toEqual(['working', 'working'])
    expect(times(2, () => round(DONE))).toContain('complete')
  })

  it('is given up when the collector cannot read a file, however often it tries', () => {
    const { say } = startTalk()
    const fail = (failed: number) => say('genba.Collector', { genba_collector_sources_failed: failed })
    expect([fail(1), fail(1), fail(0), fail(1), fail(1)]).toEqual(Array(5).fill('working'))
    expect(fail(1)).toBe('refused')
  })

  it('is given up when all are idle and the cloud still lacks a summary', () => {
    const { cloud, round } = startTalk()
    cloud.received = 2
    const verdicts = times(12, () => round(DONE))
    expect(verdicts).not.toContain('complete')
    expect(verdicts.at(-1)).toBe('incomplete')
  })
})
