import {
  type Arrived,
  aggregate,
  arrivalsOf,
  inEventOrder,
  isGood,
  type KeyModel,
  type OracleStep,
} from './model.ts'

/** A window over samples in event order, and the watermark that tells that it is over. */
export interface OrderedWindow {
  readonly startUs: number
  readonly endUs: number
  readonly samples: readonly Arrived[]
  /** Over once the watermark is beyond this; Infinity: only the end of the stream ends it. */
  readonly overBeyondUs: number
}

export type CutOrdered = (samples: readonly Arrived[]) => readonly OrderedWindow[]

/**
 * Count, state and run windows: samples take effect in event order once they are complete, so late ones are refused,
 * and all windows follow from the sorted list.
 */
export const orderedWindows =
  (cut: CutOrdered): KeyModel =>
  (key, steps) => {
    const before = (sample: Arrived) => steps[sample.step]?.beforeUs ?? -Infinity
    const arrived = arrivalsOf(steps)
    const late = arrived.filter((sample) => sample.timeUs < before(sample))
    const taken = arrived.filter((sample) => sample.timeUs >= before(sample) && isGood(sample))
    const windows = cut(inEventOrder(taken))
    return steps.map((step, index) => ({
      withdrawn: [],
      late: late.filter((sample) => sample.step === index).length,
      panes: windows
        .filter(({ overBeyondUs }) => isPassed(overBeyondUs, step))
        .map(({ startUs, endUs, samples }) => ({
          key,
          startUs,
          endUs,
          revision: 0,
          timing: 'ON_TIME' as const,
          isFinal: true,
          aggregates: aggregate(samples),
        })),
    }))
  }

function isPassed(limitUs: number, { beforeUs, afterUs }: OracleStep): boolean {
  if (limitUs === Infinity) return beforeUs !== Infinity && afterUs === Infinity
  return beforeUs <= limitUs && limitUs < afterUs
}

/** Window k holds the samples from k * every on, `size` of them or what there is in the end. */
export const countWindows =
  (size: number, every: number): CutOrdered =>
  (samples) => {
    const windows: OrderedWindow[] = []
    for (let from = 0; from < samples.length; from += every) {
      const own = samples.slice(from, from + size)
      const lastUs = own.at(-1)?.timeUs ?? 0
      windows.push({
        startUs: own[0]?.timeUs ?? 0,
        endUs: lastUs + 1,
        samples: own,
        overBeyondUs: own.length === size ? lastUs : Infinity,
      })
    }
    return windows
  }

/** From where `begin` turns true to and with where `end` is true, or to the longest duration. */
export const stateWindows =
  (
    begin: (value: Arrived['value']) => boolean,
    end: (value: Arrived['value']) => boolean,
    maxUs: number,
  ): CutOrdered =>
  (samples) => {
    const windows: OrderedWindow[] = []
    let wasBegun = false
    for (let from = 0; from < samples.length; ) {
      const first = samples[from] as Arrived
      const isBegun = begin(first.value)
      if (!isBegun || wasBegun) {
        wasBegun = isBegun
        from++
        continue
      }
      const cutUs = first.timeUs + maxUs
      const within = samples.slice(from).filter(({ timeUs }) => timeUs < cutUs)
      const closing = within.findIndex(({ value }) => end(value))
      const own = closing < 0 ? within : within.slice(0, closing + 1)
      const lastUs = own.at(-1)?.timeUs ?? 0
      windows.push({
        startUs: first.timeUs,
        endUs: closing < 0 ? cutUs : lastUs + 1,
        samples: own,
        // At the cut itself no sample is waited for.
        overBeyondUs: closing < 0 ? cutUs - 1 : lastUs,
      })
      // Neither after a closing sample, which does not begin, nor after a cut, is a beginning remembered.
      wasBegun = false
      from += own.length
    }
    return windows
  }

/** Neighbours of one type and value. */
export const runWindows: CutOrdered = (samples) => {
  const runs: Arrived[][] = []
  for (const sample of samples) {
    const run = runs.at(-1)
    if (run !== undefined && run[0]?.value === sample.value) run.push(sample)
    else runs.push([sample])
  }
  return runs.map((own, index) => {
    const nextUs = runs[index + 1]?.[0]?.timeUs
    const lastUs = own.at(-1)?.timeUs ?? 0
    return {
      startUs: own[0]?.timeUs ?? 0,
      endUs: nextUs ?? lastUs + 1,
      samples: own,
      overBeyondUs: nextUs ?? Infinity,
    }
  })
}
