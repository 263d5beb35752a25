import { ByteReader } from '../bytes/reader.ts'
import { CHUNK_SAMPLES_MAX } from '../chunk/limits.ts'
import { decodeIntegers } from '../frame/integers.ts'
import { createCells, type RollupCells, VALUES_AND_TIMES } from './cells.ts'
import { checkCells } from './check.ts'
import { rollupCrc } from './encode.ts'
import { corruptRollup, RollupError } from './errors.ts'
import { FORMAT_VERSION, MAGIC, PREFIX_BYTES } from './format.ts'
import { readIntegers } from './integer-streams.ts'
import { ROLLUP_CELLS_MAX } from './limits.ts'
import { meansOf } from './predictions.ts'
import { RESOLUTIONS_US } from './resolution.ts'
import { readSums } from './sum-streams.ts'
import { readValues } from './value-streams.ts'

/**
 * Decodes a rollup from bytes that need not be one.
 *
 * @throws RollupError `GENBA_ROLLUP_VERSION` for a later format, `GENBA_ROLLUP_CORRUPT` for everything that
 *   `encodeRollup` did not write
 */
export function decodeRollup(bytes: Uint8Array): RollupCells {
  const { reader, widthUs } = open(bytes)
  const cellCount = reader.varint(ROLLUP_CELLS_MAX)
  if (cellCount === 0) throw corruptRollup('has no cells')
  const cells = createCells(widthUs, cellCount)
  const places = readIntegers(reader, cellCount)
  for (let at = 0; at < cellCount; at++) cells.startsUs[at] = (places[at] as number) * widthUs + 0
  readCounts(reader, cells.count)
  readCounts(reader, cells.bad)
  if (cells.count.includes(0)) readSome(reader, cells)
  else readGood(reader, cells)
  if (reader.remaining > 0) throw corruptRollup(`has ${reader.remaining} bytes after its end`)
  checkCells(cells)
  return cells
}

function open(bytes: Uint8Array): { reader: ByteReader; widthUs: number } {
  if (bytes.length < PREFIX_BYTES) throw corruptRollup(`is only ${bytes.length} bytes long`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0, true) !== MAGIC) throw corruptRollup('does not begin like one')
  const version = view.getUint8(2)
  if (version > FORMAT_VERSION) throw unknownVersion(version)
  if (version === 0) throw corruptRollup('has the format version 0')
  if (view.getUint32(4, true) !== rollupCrc(bytes)) throw corruptRollup('fails its CRC-32C')
  const widthUs = RESOLUTIONS_US[view.getUint8(3)]
  if (widthUs === undefined) throw corruptRollup(`has the unknown resolution ${view.getUint8(3)}`)
  return { reader: new ByteReader(bytes, corruptRollup, PREFIX_BYTES), widthUs }
}

function readCounts(reader: ByteReader, counts: Uint32Array): void {
  const numbers = readIntegers(reader, counts.length)
  for (let at = 0; at < counts.length; at++) {
    const count = numbers[at] as number
    if (!(count >= 0 && count <= CHUNK_SAMPLES_MAX && Number.isInteger(count))) {
      throw corruptRollup(`counts ${count} samples in a cell`)
    }
    counts[at] = count
  }
}

/** Fills cells that all have values. */
function readGood(reader: ByteReader, cells: RollupCells): void {
  const { widthUs, startsUs, count, first, last, min, max, firstUs, lastUs, minUs, maxUs } = cells
  readSums(reader, cells, count)
  readValues(reader, [first, last, min, max], meansOf(cells.sum, count))
  for (const timesUs of [firstUs, lastUs, minUs, maxUs]) decodeIntegers(reader, timesUs)
  for (let at = 0; at < count.length; at++) {
    const startUs = startsUs[at] as number
    const timeUs = startUs + (firstUs[at] as number)
    firstUs[at] = timeUs
    lastUs[at] = startUs + widthUs - (lastUs[at] as number)
    minUs[at] = timeUs + (minUs[at] as number)
    maxUs[at] = timeUs + (maxUs[at] as number)
  }
}

/** Fills cells of which some have no value, and take no place in the arrays that follow. */
function readSome(reader: ByteReader, cells: RollupCells): void {
  const places = cells.count.map((_, at) => at).filter((at) => cells.count[at] !== 0)
  const good = createCells(cells.widthUs, places.length)
  for (const [i, at] of places.entries()) {
    good.startsUs[i] = cells.startsUs[at] as number
    good.count[i] = cells.count[at] as number
  }
  if (places.length > 0) readGood(reader, good)
  for (const name of VALUES_AND_TIMES) cells[name].fill(Number.NaN)
  for (const name of [...VALUES_AND_TIMES, 'sum', 'sumLow'] as const) {
    for (const [i, at] of places.entries()) cells[name][at] = good[name][i] as number
  }
}

function unknownVersion(version: number): RollupError {
  return new RollupError('GENBA_ROLLUP_VERSION', `the rollup has format version ${version}`, {
    expected: `version ${FORMAT_VERSION} or earlier`,
    received: `version ${version}`,
    mend: 'update the component that reads it',
  })
}
