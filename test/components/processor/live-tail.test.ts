import { describe, expect, it } from 'vitest'
import { COMMITTED_MAX, LIVE_BYTES_MAX } from '../../../components/processor/limits.ts'
import { readLiveFrame } from '../../../components/processor/live-frame.ts'
import { LiveTail } from '../../../components/processor/live-tail.ts'
import type { CommitMessage } from '../../../shared/contract/commit.ts'
import { column, producerOf, sampleFrame } from '../../shared/journal/frames.ts'

type Committed = readonly [producer: number, epoch: number, sequence: number]

/** Frames of the producers `p` and `q` that became durable from a log position on. */
const commit = (firstLsn: number, ...frames: readonly Committed[]): CommitMessage => ({
  v: 1,
  boot: 1,
  held: [],
  firstLsn,
  producers: ['p', 'q'],
  frames: frames.map(([producer, epoch, sequence]) => [producer, epoch, sequence]),
})

const frame = (sequence: number, producer = 'p') =>
  sampleFrame({ producer, epoch: 1, sequence }, [column('a', [[sequence, sequence]])])

/** What the bus brings: no frame, or a damaged one, is left. */
function keep(tail: LiveTail, bytes: Uint8Array): void {
  const live = readLiveFrame(bytes)
  if (live !== undefined) tail.keepFrame(live, 0)
}

const lsnsOf = (tail: LiveTail, after: number, count = 100) =>
  tail.takeAfter(after, count).map(({ lsn }) => lsn)

describe('the end of the log as the bus tells it', () => {
  it('is in the order of the log, whatever came first', () => {
    const tail = new LiveTail()
    tail.keepCommit(commit(5, [1, 1, 0], [0, 1, 1], [0, 1, 0]))
    keep(tail, frame(1))
    keep(tail, frame(0))
    keep(tail, frame(0, 'q'))
    expect(tail.takeAfter(4, 100)).toMatchObject([
      { lsn: 5, frame: { header: { producer: 'q', sequence: 0 } } },
      { lsn: 6, frame: { header: { producer: 'p', sequence: 1 } } },
      { lsn: 7, frame: { header: { producer: 'p', sequence: 0 } } },
    ])
    expect([tail.newestLsn, tail.bytes]).toEqual([7, 0])
    expect(tail.takeAfter(4, 100)).toEqual([])
  })

  it('stops where a frame or a commit is missing, and goes on when it comes', () => {
    const tail = new LiveTail()
    for (const sequence of [0, 2]) keep(tail, frame(sequence))
    tail.keepCommit(commit(1, [0, 1, 0], [0, 1, 1], [0, 1, 2]))
    expect(lsnsOf(tail, 0)).toEqual([1])
    expect(lsnsOf(tail, 1)).toEqual([])
    keep(tail, frame(1))
    expect(lsnsOf(tail, 1, 1)).toEqual([2])
    expect(lsnsOf(tail, 2)).toEqual([3])
  })

  it('keeps nothing of frames of records but their place', () => {
    const tail = new LiveTail()
    keep(tail, producerOf('p').records('{"some":"record"}'))
    tail.keepCommit(commit(1, [0, 1, 0]))
    expect(tail.takeAfter(0, 1)).toEqual([{ lsn: 1, frame: 'other' }])
  })

  it('leaves a damaged frame to the log', () => {
    const tail = new LiveTail()
    const damaged = frame(0).slice()
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 0xff
    keep(tail, damaged)
    keep(tail, new Uint8Array(7))
    tail.keepCommit(commit(1, [0, 1, 0]))
    expect(tail.takeAfter(0, 1)).toEqual([])
  })

  it('takes a frame that comes again for the same', () => {
    const tail = new LiveTail()
    keep(tail, frame(0))
    const { bytes } = tail
    keep(tail, frame(0))
    expect(tail.bytes).toBe(bytes)
  })

  it('forgets the oldest frames beyond its limit', () => {
    const tail = new LiveTail()
    const values = Array.from({ length: 6000 }, (_, index) => [index, Math.sin(index)] as const)
    const large = (sequence: number) =>
      sampleFrame({ producer: 'p', epoch: 1, sequence }, [column('a', values)])
    const count = Math.ceil(LIVE_BYTES_MAX / large(0).length) + 1
    for (let sequence = 0; sequence < count; sequence++) keep(tail, large(sequence))
    expect(tail.bytes).toBeLessThanOrEqual(LIVE_BYTES_MAX)
    tail.keepCommit(commit(1, [0, 1, 0]))
    tail.keepCommit(commit(2, [0, 1, count - 1]))
    expect(lsnsOf(tail, 0)).toEqual([])
    expect(lsnsOf(tail, 1)).toEqual([2])
  })

  it('forgets commits when a reader is far behind, and still knows where the log ends', () => {
    const tail = new LiveTail()
    keep(tail, frame(0))
    tail.keepCommit(
      commit(1, ...Array.from({ length: COMMITTED_MAX + 1 }, (_, index): Committed => [0, 1, index])),
    )
    expect(lsnsOf(tail, 0)).toEqual([])
    expect(tail.newestLsn).toBe(COMMITTED_MAX + 1)
  })

  it('holds nothing of what has been read from the log', () => {
    const tail = new LiveTail()
    for (const sequence of [0, 1]) keep(tail, frame(sequence))
    tail.keepCommit(commit(1, [0, 1, 0], [0, 1, 1]))
    tail.discardUpTo(1)
    expect(lsnsOf(tail, 0)).toEqual([])
    expect(lsnsOf(tail, 1)).toEqual([2])
    expect(tail.bytes).toBe(0)
  })
})
