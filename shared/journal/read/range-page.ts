import { encodeContent, sealFrame } from '../../frame/encode.ts'
import { RANGE_PAGE_BYTES_MAX, RANGE_PAGE_SAMPLES_MAX, RANGE_PAGE_TEXT_MAX } from '../limits.ts'
import type { SampleBlock } from '../sample/sample-block.ts'

/** Who signs the frames of a range read: they are answers, in no log. */
const READER = 'genba.Historian/range'

interface EncodedPage {
  readonly bytes: Uint8Array
  /** The sample after the last in the page. */
  readonly end: number
}

export interface PageEncoder {
  /** The largest page from `start` on that is about full and of one kind of value, so that order is kept. */
  encode(block: SampleBlock, tag: string, start: number): EncodedPage
}

/** Fuller pages are not worth a second encoding. */
const FULL_ENOUGH = 0.75
/** Bytes do not grow in proportion to samples, so a guess aims below the limit. */
const AIM = 0.9

/** Learns from each page how many samples the next will take. */
export function createPageEncoder(samplesMax: number = RANGE_PAGE_SAMPLES_MAX): PageEncoder {
  let bytesPerSample = 4
  let sequence = 0

  function attempt(block: SampleBlock, tag: string, start: number, end: number): EncodedPage {
    const content = encodeContent({
      body: 'samples',
      columns: [block.column(tag, start, end)],
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: '',
    })
    const bytes = sealFrame(content, { producer: READER, epoch: 0, sequence })
    bytesPerSample = bytes.length / (end - start)
    return { bytes, end }
  }

  return {
    encode(block, tag, start) {
      const last = block.kindEnd(start, Math.min(samplesMax, RANGE_PAGE_SAMPLES_MAX), RANGE_PAGE_TEXT_MAX)
      const guess = () => start + Math.max(1, Math.floor((AIM * RANGE_PAGE_BYTES_MAX) / bytesPerSample))
      let page = attempt(block, tag, start, Math.min(last, guess()))
      while (page.bytes.length > RANGE_PAGE_BYTES_MAX) {
        page = attempt(block, tag, start, Math.min(guess(), page.end - 1))
      }
      if (page.end < last && page.bytes.length < FULL_ENOUGH * RANGE_PAGE_BYTES_MAX) {
        const larger = attempt(block, tag, start, Math.min(last, guess()))
        if (larger.bytes.length <= RANGE_PAGE_BYTES_MAX) page = larger
      }
      sequence += 1
      return page
    },
  }
}
