import type { RollupCells } from './cells.ts'
import { encodeRollup } from './encode.ts'
import { corruptRollup } from './errors.ts'
import { coarsenCells } from './merge.ts'
import { RESOLUTIONS_US } from './resolution.ts'

/** Every second resolution: sixty cells of one are one of the next kept, for which hardly any room is needed. */
const STEP = 2

/** They take no time, so none coarser is kept. */
const FEW_CELLS = 8

const RESOLUTION_AT = 3
const LENGTH_BYTES = 4

/**
 * A rollup in several resolutions, the coarsest first, each after its length as u32, little endian: a picture of a long
 * range would decode sixty times as many cells as it needs.
 */
export function encodeLevels(cells: RollupCells): Uint8Array {
  const levels = [encodeRollup(cells)]
  let last = cells
  for (let at = RESOLUTIONS_US.indexOf(cells.widthUs) + STEP; at < RESOLUTIONS_US.length; at += STEP) {
    if (last.startsUs.length <= FEW_CELLS) break
    last = coarsenCells(last, RESOLUTIONS_US[at] as number)
    levels.unshift(encodeRollup(last))
  }
  return Buffer.concat(levels.flatMap((level) => [lengthOf(level), level]))
}

/**
 * The bytes of the coarsest level with cells of at most a width; undefined when even the finest are wider.
 * @throws RollupError `GENBA_ROLLUP_CORRUPT`
 */
export function levelFor(bytes: Uint8Array, widthUs: number): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const start = at + LENGTH_BYTES
    const length = start > bytes.length ? Number.POSITIVE_INFINITY : view.getUint32(at, true)
    const level = bytes.subarray(start, start + length)
    const resolutionUs = RESOLUTIONS_US[level[RESOLUTION_AT] ?? Number.NaN]
    if (resolutionUs === undefined || level.length < length) throw corruptRollup('ends before its levels do')
    if (resolutionUs <= widthUs) return level
    at = start + length
  }
  return undefined
}

/** The bytes of the finest level; undefined when there is none. @throws RollupError `GENBA_ROLLUP_CORRUPT` */
export function finestLevel(bytes: Uint8Array): Uint8Array | undefined {
  for (const widthUs of RESOLUTIONS_US) {
    const level = levelFor(bytes, widthUs)
    if (level !== undefined) return level
  }
  return undefined
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(LENGTH_BYTES)
  bytes.writeUInt32LE(length)
  return bytes
}
