import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { Column } from '../../shared/frame/frame.ts'

export const PRODUCER = 'crash/p'
const TAGS = 3
export const SAMPLES_A_FRAME = 24

/** A frame by its epoch and sequence. Frames with a sequence that 6 divides are records. */
export function frameOf(epoch: number, sequence: number): Uint8Array {
  const identity = { producer: PRODUCER, epoch, sequence }
  const common = { completeBeforeUs: Number.NEGATIVE_INFINITY, position: `${sequence}` }
  if (isRecords(sequence)) {
    const records = [JSON.stringify({ type: 'summary', id: `${epoch}/${sequence}` })]
    return sealFrame(encodeContent({ body: 'records', records, ...common }), identity)
  }
  const columns = Array.from({ length: TAGS }, (_, tag) => columnOf(epoch, sequence, tag))
  return sealFrame(encodeContent({ body: 'samples', columns, ...common }), identity)
}

export const isRecords = (sequence: number): boolean => sequence % 6 === 5

function columnOf(epoch: number, sequence: number, tag: number): Column {
  const count = SAMPLES_A_FRAME / TAGS
  const timesUs = Float64Array.from({ length: count }, (_, i) => timeOf(epoch, sequence, tag, i))
  return {
    tag: `crash/${tag}`,
    timesUs,
    quality: new Uint8Array(count),
    data: { kind: 'number', values: timesUs.map((timeUs) => Math.sin(timeUs)) },
  }
}

const EPOCH_US = 10_000_000_000
const FRAME_US = 1_000_000

/** No two samples have the same; every seventh frame comes late. */
const timeOf = (epoch: number, sequence: number, tag: number, i: number): number =>
  epoch * EPOCH_US +
  (sequence % 7 === 3 ? sequence - 40 : sequence) * FRAME_US +
  i * 10_000 +
  tag +
  (sequence % 7 === 3 ? 5 : 0)

/** Which frame a sample came in. */
export function frameAt(timeUs: number): { readonly epoch: number; readonly sequence: number } {
  const isLate = timeUs % 10 >= 5
  const frames = Math.floor(timeUs / FRAME_US) + (isLate ? 40 : 0)
  const epoch = Math.floor(frames / (EPOCH_US / FRAME_US))
  return { epoch, sequence: frames - epoch * (EPOCH_US / FRAME_US) }
}
