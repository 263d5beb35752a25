import { crc32c } from '../bytes/crc32c.ts'
import { ByteWriter } from '../bytes/writer.ts'
import { mapCells, type RollupCells } from './cells.ts'
import { FORMAT_VERSION, MAGIC } from './format.ts'
import { writeIntegers } from './integer-streams.ts'
import { ROLLUP_CELLS_MAX } from './limits.ts'
import { meansOf } from './predictions.ts'
import { RESOLUTIONS_US } from './resolution.ts'
import { writeSums } from './sum-streams.ts'
import { writeValues } from './value-streams.ts'

// Used and emptied within one call.
const writer = new ByteWriter(1 << 14)

/**
 * The cells of one chunk as bytes; every bit of every double comes back.
 *
 * @param cells from `rollUp` or coarsened, at least one
 * @throws RangeError for a width that is none of `RESOLUTIONS_US`, no cell, or more than `ROLLUP_CELLS_MAX`
 */
export function encodeRollup(cells: RollupCells): Uint8Array {
  const resolution = RESOLUTIONS_US.indexOf(cells.widthUs)
  const cellCount = cells.startsUs.length
  if (resolution < 0) throw new RangeError(`no rollup has cells of ${cells.widthUs} µs`)
  if (cellCount === 0 || cellCount > ROLLUP_CELLS_MAX)
    throw new RangeError(`no rollup has ${cellCount} cells`)
  writer.clear()
  writer.u8(MAGIC & 0xff)
  writer.u8(MAGIC >>> 8)
  writer.u8(FORMAT_VERSION)
  writer.u8(resolution)
  writer.u32(0)
  writer.varint(cellCount)
  writeIntegers(
    writer,
    cells.startsUs.map((startUs) => startUs / cells.widthUs),
  )
  writeIntegers(writer, new Float64Array(cells.count))
  writeIntegers(writer, new Float64Array(cells.bad))
  const good = cells.count.includes(0) ? takeGood(cells) : cells
  if (good.count.length > 0) writeGood(good)
  const bytes = writer.finish()
  new DataView(bytes.buffer).setUint32(4, rollupCrc(bytes), true)
  return bytes
}

/** CRC-32C of a whole rollup without bytes 4 to 7, where it stands itself. */
export function rollupCrc(bytes: Uint8Array): number {
  return crc32c(bytes.subarray(8), crc32c(bytes.subarray(0, 4)))
}

/** Sums, values, and where in the cell their times are. */
function writeGood({ widthUs, startsUs, count, ...cells }: RollupCells): void {
  writeSums(writer, cells, count, cells.first)
  writeValues(writer, [cells.first, cells.last, cells.min, cells.max], meansOf(cells.sum, count))
  writeDistances(startsUs, cells.firstUs)
  // From the end: in even sampling it is as far from there in each cell as the first is from the start.
  writeDistances(
    cells.lastUs,
    startsUs.map((startUs) => startUs + widthUs),
  )
  writeDistances(cells.firstUs, cells.minUs)
  writeDistances(cells.firstUs, cells.maxUs)
}

function writeDistances(fromUs: Float64Array, toUs: Float64Array): void {
  writeIntegers(
    writer,
    toUs.map((timeUs, at) => timeUs - (fromUs[at] as number)),
  )
}

/** The cells that have values. */
function takeGood(cells: RollupCells): RollupCells {
  return mapCells(
    cells,
    (array) => array.filter((_, at) => cells.count[at] !== 0),
    (array) => array.filter((_, at) => cells.count[at] !== 0),
  )
}
