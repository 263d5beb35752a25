import type { ChunkColumn } from '../../chunk/chunk.ts'
import { CHUNK_TEXT } from '../../chunk/limits.ts'
import type { Column } from '../../frame/frame.ts'
import { TIME_US_MIN } from '../../time/time.ts'
import { BLOCK_SAMPLES_MAX, BLOCK_TEXT_MAX } from '../limits.ts'
import { KINDS, SampleArrays } from './sample-arrays.ts'
import { compareToKey, keyBefore, type SampleKey } from './sample-key.ts'

/**
 * The first samples of one tag after a key, in order, from frames that come in any order. It holds up to
 * `samplesMax` of them: when more come it keeps the earliest, and knows from then on which need not come at all.
 */
export class SampleBlock {
  readonly #samplesMax: number
  readonly #samples = new SampleArrays()
  #textLength = 0
  #count = 0
  #isSorted = true
  /** The last key kept when samples had to be left out; nothing after it belongs to this block. */
  #bound: SampleKey | undefined
  #after: SampleKey = keyBefore(TIME_US_MIN)
  #toUs = Number.POSITIVE_INFINITY

  constructor(samplesMax: number = BLOCK_SAMPLES_MAX) {
    this.#samplesMax = samplesMax
  }

  /** Empties the block for samples after a key and before a time. */
  begin(after: SampleKey, toUs: number): void {
    this.#count = 0
    this.#samples.texts = []
    this.#textLength = 0
    this.#isSorted = true
    this.#bound = undefined
    this.#after = after
    this.#toUs = toUs
  }

  get count(): number {
    return this.#count
  }

  /** Samples later than this do not belong to the block. */
  get latestTimeUs(): number {
    return this.#bound?.timeUs ?? Number.POSITIVE_INFINITY
  }

  /** True when samples after the last one were left out. */
  get isCut(): boolean {
    return this.#bound !== undefined
  }

  /** Takes the samples of one column; `firstIndex` is the place of its first within the frame. */
  add(column: Column, lsn: number, firstIndex: number): void {
    const kind = KINDS.indexOf(column.data.kind)
    const { length } = column.timesUs
    if (this.#takesWhole(column, lsn, firstIndex)) {
      const at = this.#takeWhole(column)
      this.#samples.lsns.fill(lsn, at, at + length)
      for (let i = 0; i < length; i += 1) this.#samples.indexes[at + i] = firstIndex + i
    } else for (let i = 0; i < length; i += 1) this.#take(column, i, kind, lsn, firstIndex + i)
  }

  /** Takes the samples of a sealed column, each with its own order of arrival. */
  addSealed({ column, lsns, indexes }: ChunkColumn): void {
    const kind = KINDS.indexOf(column.data.kind)
    if (this.#takesWhole(column, lsns[0] ?? 0, indexes[0] ?? 0)) {
      const at = this.#takeWhole(column)
      this.#samples.lsns.set(lsns, at)
      this.#samples.indexes.set(indexes, at)
    } else for (let i = 0; i < lsns.length; i += 1) this.#take(column, i, kind, lsns[i] ?? 0, indexes[i] ?? 0)
  }

  /** Whether a column follows on what is there in order, and all of it belongs to the block. */
  #takesWhole({ timesUs, data }: Column, lsn: number, index: number): boolean {
    const { length } = timesUs
    const firstUs = timesUs[0] ?? Number.NaN
    const isWithin = firstUs > this.#after.timeUs && (timesUs[length - 1] ?? Number.NaN) < this.#toUs
    const hasRoom = this.#bound === undefined && this.#count + length <= this.#samplesMax
    if (!isWithin || !hasRoom || data.kind === 'text') return false
    if (this.#count > 0 && compareToKey(firstUs, lsn, index, this.keyAt(this.#count - 1)) < 0) return false
    for (let i = 1; i < length; i += 1)
      if (!((timesUs[i] as number) > (timesUs[i - 1] as number))) return false
    return true
  }

  /** @returns where its first sample is; log positions and indexes are still to be set */
  #takeWhole(column: Column): number {
    const at = this.#count
    this.#samples.setColumn(at, column)
    this.#count = at + column.timesUs.length
    return at
  }

  #take({ timesUs, quality, data }: Column, i: number, kind: number, lsn: number, index: number): void {
    const timeUs = timesUs[i] ?? 0
    if (timeUs >= this.#toUs || !this.#isWanted(timeUs, lsn, index)) return
    // At twice the bound, so that one sort serves as many additions as it keeps.
    if (this.#count >= 2 * this.#samplesMax || this.#textLength > 2 * BLOCK_TEXT_MAX) {
      this.#cut()
      if (!this.#isWanted(timeUs, lsn, index)) return
    }
    const at = this.#place(timeUs, lsn, index)
    this.#samples.qualities[at] = quality[i] ?? 0
    this.#samples.kinds[at] = kind
    if (data.kind === 'text') this.#addText(at, data.values[i] ?? '')
    else this.#samples.numbers[at] = data.values[i] ?? 0
  }

  /** Sorts what is held and cuts it to the bound; then `keyAt`, `kindEnd` and `column` may be asked. */
  finish(): void {
    if (this.#count > this.#samplesMax || this.#textLength > BLOCK_TEXT_MAX) this.#cut()
    else this.#sort()
  }

  keyAt(index: number): SampleKey {
    return {
      timeUs: this.#samples.times[index] ?? 0,
      lsn: this.#samples.lsns[index] ?? 0,
      index: this.#samples.indexes[index] ?? 0,
    }
  }

  /**
   * The end of the run of samples of one kind that begins at `start`: at most `countMax` samples on, and with texts of
   * about `textMax` characters.
   */
  kindEnd(start: number, countMax: number, textMax: number): number {
    const limit = Math.min(this.#count, start + countMax)
    let textLength = this.#samples.texts[start]?.length ?? 0
    let end = start + 1
    while (end < limit && this.#samples.kinds[end] === this.#samples.kinds[start] && textLength < textMax) {
      textLength += this.#samples.texts[end]?.length ?? 0
      end += 1
    }
    return end
  }

  /**
   * The end of the samples that fill a chunk from `start` on, rather half as many more than a small one of the last; those
   * of one time stay together as far as they may.
   */
  chunkEnd(start: number, chunkSamples: number): number {
    const left = this.#count - start
    const limit = start + (left <= chunkSamples * 1.5 ? left : chunkSamples)
    let textLength = 0
    let end = this.#textLength === 0 ? limit : start
    while (end < limit && (textLength <= CHUNK_TEXT || end === start)) {
      textLength += this.#samples.texts[end]?.length ?? 0
      end += 1
    }
    const most = Math.min(this.#count, start + 2 * chunkSamples)
    while (end < most && this.#samples.times[end] === this.#samples.times[end - 1]) end += 1
    return end
  }

  /** Samples of one kind as a column. */
  column(tag: string, start: number, end: number): Column {
    return this.#samples.column(tag, start, end)
  }

  /**
   * Samples of all kinds, one column a kind. Of those that share their time with no other in the block, and are neither
   * the first nor the last, log position and index are `fromLsn` and 0; see `Chunk`.
   */
  sealedColumns(tag: string, start: number, end: number, fromLsn: number): ChunkColumn[] {
    const { times, lsns, indexes } = this.#samples
    for (let i = start + 1; i < end - 1; i += 1) {
      const timeUs = times[i]
      if (timeUs === times[i - 1] || timeUs === times[i + 1]) continue
      lsns[i] = fromLsn
      indexes[i] = 0
    }
    return this.#samples.chunkColumns(tag, start, end)
  }

  #isWanted(timeUs: number, lsn: number, index: number): boolean {
    const after = this.#after
    const bound = this.#bound
    if (timeUs <= after.timeUs && compareToKey(timeUs, lsn, index, after) <= 0) return false
    return !bound || timeUs < bound.timeUs || compareToKey(timeUs, lsn, index, bound) <= 0
  }

  #place(timeUs: number, lsn: number, index: number): number {
    const at = this.#count
    this.#samples.reserve(at + 1)
    if (at > 0 && compareToKey(timeUs, lsn, index, this.keyAt(at - 1)) < 0) this.#isSorted = false
    this.#samples.times[at] = timeUs
    this.#samples.lsns[at] = lsn
    this.#samples.indexes[at] = index
    this.#count = at + 1
    return at
  }

  #addText(at: number, text: string): void {
    this.#samples.texts[at] = text
    this.#textLength += text.length
  }

  #cut(): void {
    this.#sort()
    let kept = Math.min(this.#count, this.#samplesMax)
    let textLength = 0
    for (let i = 0; i < kept; i += 1) {
      textLength += this.#samples.texts[i]?.length ?? 0
      // At least one sample stays, or a read would not get on.
      if (textLength > BLOCK_TEXT_MAX && i > 0) kept = i
    }
    if (kept === this.#count) return
    this.#count = kept
    this.#samples.texts.length = Math.min(this.#samples.texts.length, kept)
    this.#textLength = this.#samples.texts.reduce((length, text) => length + (text?.length ?? 0), 0)
    this.#bound = this.keyAt(kept - 1)
  }

  #sort(): void {
    if (!this.#isSorted) this.#samples.sort(this.#count)
    this.#isSorted = true
  }
}
