import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { Column } from '../../../shared/frame/frame.ts'

/** One sample as a test writes it: time, value, quality (good unless said). */
export type Point = readonly [timeUs: number, value: number | boolean | string, quality?: number]

/** A column; its kind is that of the first value. */
export function column(tag: string, points: readonly Point[]): Column {
  const values = points.map(([, value]) => value)
  const kind = typeof values[0]
  return {
    tag,
    timesUs: Float64Array.from(points, ([timeUs]) => timeUs),
    quality: Uint8Array.from(points, ([, , quality]) => quality ?? 0),
    data:
      kind === 'string'
        ? { kind: 'text', values: values.map(String) }
        : kind === 'boolean'
          ? { kind: 'boolean', values: Uint8Array.from(values, Number) }
          : { kind: 'number', values: Float64Array.from(values, Number) },
  }
}

export interface Identity {
  readonly producer: string
  readonly epoch: number
  readonly sequence: number
}

export function sampleFrame(identity: Identity, columns: readonly Column[], position = ''): Uint8Array {
  return sealFrame(
    encodeContent({ body: 'samples', columns, completeBeforeUs: Number.NEGATIVE_INFINITY, position }),
    identity,
  )
}

export function recordFrame(identity: Identity, records: readonly string[]): Uint8Array {
  return sealFrame(
    encodeContent({ body: 'records', records, completeBeforeUs: Number.NEGATIVE_INFINITY, position: '' }),
    identity,
  )
}

/** Numbers the frames of one producer. */
export function producerOf(producer: string, epoch = 1) {
  let sequence = 0
  const next = () => ({ producer, epoch, sequence: sequence++ })
  return {
    samples: (columns: readonly Column[], position?: string) => sampleFrame(next(), columns, position),
    records: (...records: string[]) => recordFrame(next(), records),
  }
}

/** A column of one sample. */
export const point = (tag: string, timeUs: number, value = 1): Column => column(tag, [[timeUs, value]])
