import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import { type FrameContent, Quality } from '../../../shared/frame/frame.ts'
import type { JournaledFrame } from '../../../simulator/virtual/evidence.ts'

export const PRODUCER = 'genba.Collector/line0'

export function frame(
  lsn: number,
  identity: { epoch: number; sequence: number },
  content: FrameContent,
): JournaledFrame {
  const bytes = sealFrame(encodeContent(content), { producer: PRODUCER, ...identity })
  return { lsn, bytes, frame: decodeFrame(bytes) }
}

export const samples = (
  timesUs: number[],
  values: number[],
  completeBeforeUs = -Infinity,
  quality: number[] = [],
): FrameContent => ({
  body: 'samples',
  columns: [
    {
      tag: 'line0/temperature',
      timesUs: Float64Array.from(timesUs),
      quality: Uint8Array.from(timesUs, (_, index) => quality[index] ?? Quality.good),
      data: { kind: 'number', values: Float64Array.from(values) },
    },
  ],
  completeBeforeUs,
  position: '',
})

export const records = (...texts: string[]): FrameContent => ({
  body: 'records',
  records: texts,
  completeBeforeUs: -Infinity,
  position: '',
})

export const detailsOf = (violations: readonly { details: readonly string[] }[]) =>
  violations.flatMap(({ details }) => details)
