import { createHash } from 'node:crypto'
import { tryDecode } from '../../shared/frame/attempt.ts'
import type { Column, Frame } from '../../shared/frame/frame.ts'

/**
 * The frame in a stored value, whatever stands before it: a spill may keep a few bytes of its own in front, and the
 * invariants must not depend on which.
 */
export function findFrame(value: Uint8Array): Frame | undefined {
  for (let offset = 0; offset <= VALUE_PREFIX_BYTES_MAX && offset < value.length; offset += 1) {
    if (value[offset] !== MAGIC_FIRST || value[offset + 1] !== MAGIC_SECOND) continue
    const frame = tryDecode(value.subarray(offset))
    if (frame !== undefined) return frame
  }
  return undefined
}

const VALUE_PREFIX_BYTES_MAX = 32
/** "GF", in the order of the bytes. */
const MAGIC_FIRST = 0x47
const MAGIC_SECOND = 0x46

/** Same content, same text, under whatever identity it travels. */
export function contentDigest(frame: Frame): string {
  const hash = createHash('sha1').update(frame.header.producer)
  if (frame.body === 'records') return hash.update(JSON.stringify(frame.records)).digest('hex')
  for (const { tag, timesUs, quality, data } of frame.columns) {
    hash.update(`\n${tag} ${data.kind} ${timesUs.length}\n`)
    hash.update(bytesOf(timesUs)).update(quality)
    hash.update(data.kind === 'text' ? JSON.stringify(data.values) : bytesOf(data.values))
  }
  return hash.digest('hex')
}

const bytesOf = (array: Float64Array | Uint8Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** One sample as text, for multisets and for people: time, value bit for bit, quality. */
export function* samplesOf(column: Column): Generator<PlainSample> {
  for (const [index, timeUs] of column.timesUs.entries()) {
    const value = column.data.values[index]
    const plain = column.data.kind === 'boolean' ? value === 1 : value
    if (plain === undefined) throw new RangeError(`column ${column.tag} has no value ${index}`)
    yield { timeUs, value: plain, quality: column.quality[index] ?? 0 }
  }
}

export interface PlainSample {
  readonly timeUs: number
  readonly value: number | boolean | string
  readonly quality: number
}

/** Values that are the same number have the same text; so have all NaN. Negative zero is told apart. */
export const sampleText = ({ timeUs, value }: PlainSample): string =>
  `${timeUs} ${Object.is(value, -0) ? '-0' : String(value)}`
