import type { Column, SampleFrame } from '../../shared/frame/frame.ts'

/** Machine data: 100 Hz, a slow wave with noise, two decimals. Windows of 10 s hold 1,000 samples. */
const PERIOD_US = 10_000
export const WINDOW_US = 10_000_000
export const TAGS = 50

/** About what fits a frame of 6,000 bytes, and at most all tags. */
const FRAME_SAMPLES = 1_000

export interface Input {
  /** In the order of one live producer: each round has one column of every tag, its watermark moves at the end. */
  readonly frames: readonly SampleFrame[]
  readonly sampleCount: number
}

/**
 * The same samples whatever their packing.
 *
 * @param columnSamples samples of one tag in one frame
 */
export function generateInput(columnSamples: number, sampleCount: number): Input {
  const perTag = Math.ceil(sampleCount / TAGS / columnSamples) * columnSamples
  const series = Array.from({ length: TAGS }, (_, tag) => generateValues(tag, perTag))
  const tagsPerFrame = Math.max(1, Math.min(TAGS, Math.round(FRAME_SAMPLES / columnSamples)))
  const frames: SampleFrame[] = []
  let completeBeforeUs = Number.NEGATIVE_INFINITY
  for (let from = 0; from < perTag; from += columnSamples) {
    for (let tag = 0; tag < TAGS; tag += tagsPerFrame) {
      const columns = series
        .slice(tag, tag + tagsPerFrame)
        .map((values, offset) => columnOf(tag + offset, from, values.slice(from, from + columnSamples)))
      const isRoundOver = tag + tagsPerFrame >= TAGS
      if (isRoundOver) completeBeforeUs = (from + columnSamples) * PERIOD_US
      if (isRoundOver && from + columnSamples >= perTag) completeBeforeUs = Number.POSITIVE_INFINITY
      const header = { producer: 'bench', epoch: 1, sequence: frames.length, completeBeforeUs, position: '' }
      frames.push({ body: 'samples', header, columns })
    }
  }
  return { frames, sampleCount: perTag * TAGS }
}

function columnOf(tag: number, from: number, values: Float64Array): Column {
  return {
    tag: `line1/machine${tag}/temperature`,
    timesUs: values.map((_, index) => (from + index) * PERIOD_US),
    quality: new Uint8Array(values.length),
    data: { kind: 'number', values },
  }
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator with the parameters of Numerical Recipes */
function generateValues(seed: number, length: number): Float64Array {
  let state = seed + 1
  return Float64Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const value = 60 + 10 * Math.sin(index / 5_000 + seed) + state / 2 ** 32
    return Math.round(value * 100) / 100
  })
}
