import { concatMap, endWith, filter, from, groupBy, map, mergeMap, Observable, scan } from 'rxjs'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { type Input, WINDOW_US } from './input.ts'
import { type Summary, Totaller, type Totals } from './totals.ts'

interface Sample {
  readonly tag: string
  readonly timeUs: number
  readonly value: number
}

interface Running extends Summary {
  readonly endUs: number
  readonly m2: number
  /** The window that this sample has closed. */
  readonly closed?: Summary
}

const NOTHING: Running = {
  endUs: Number.NEGATIVE_INFINITY,
  count: 0,
  mean: 0,
  m2: 0,
  variance: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
}

/** Later than all: closes the last window of a tag. */
const END: Sample = { tag: '', timeUs: Number.POSITIVE_INFINITY, value: 0 }

/**
 * An event-time pipeline of samples as one writes it with the operators of RxJS: a group for each tag, and a scan that
 * closes a window when a sample lies behind its end. Like the bare loop it takes samples in order for granted.
 */
export function runRxjs({ frames }: Input): Totals {
  const totals = new Totaller()
  from(frames)
    .pipe(
      concatMap(samplesOf),
      groupBy(({ tag }) => tag),
      mergeMap((group) =>
        group.pipe(
          endWith(END),
          scan(add, NOTHING),
          map(({ closed }) => closed),
          filter((closed) => closed !== undefined),
        ),
      ),
    )
    .subscribe((closed) => totals.add(closed))
  return totals
}

function samplesOf({ columns }: SampleFrame): Observable<Sample> {
  return new Observable((subscriber) => {
    for (const { tag, timesUs, data } of columns) {
      if (data.kind !== 'number') continue
      for (const [index, value] of data.values.entries()) {
        subscriber.next({ tag, timeUs: timesUs[index] as number, value })
      }
    }
    subscriber.complete()
  })
}

function add(running: Running, { timeUs, value }: Sample): Running {
  if (timeUs < running.endUs) return update(running, value)
  const endUs = (Math.floor(timeUs / WINDOW_US) + 1) * WINDOW_US
  const opened = update({ ...NOTHING, endUs }, value)
  return running.count === 0 ? opened : { ...opened, closed: running }
}

function update(
  { endUs, count: before, mean: meanBefore, m2: m2Before, min, max }: Running,
  value: number,
): Running {
  const count = before + 1
  const delta = value - meanBefore
  const mean = meanBefore + delta / count
  const m2 = m2Before + delta * (value - mean)
  return {
    endUs,
    count,
    mean,
    m2,
    variance: m2 / count,
    min: Math.min(min, value),
    max: Math.max(max, value),
  }
}
