import { type Input, WINDOW_US } from './input.ts'
import { Totaller, type Totals } from './totals.ts'

class Window {
  endUs = Number.NEGATIVE_INFINITY
  count = 0
  mean = 0
  m2 = 0
  min = Number.POSITIVE_INFINITY
  max = Number.NEGATIVE_INFINITY
}

/**
 * The limit: one loop over the arrays, with Welford's update as everyone writes it. It takes for granted what real
 * data lacks: samples in order, all good, none late, one window a tag, values whose squares a double holds.
 */
export function runLoop({ frames }: Input): Totals {
  const totals = new Totaller()
  const open = new Map<string, Window>()
  for (const { columns } of frames) {
    for (const { tag, timesUs, data } of columns) {
      if (data.kind !== 'number') continue
      let window = open.get(tag)
      if (window === undefined) {
        window = new Window()
        open.set(tag, window)
      }
      addColumn(window, timesUs, data.values, totals)
    }
  }
  for (const window of open.values()) close(window, totals)
  return totals
}

function addColumn(window: Window, timesUs: Float64Array, values: Float64Array, totals: Totaller): void {
  let { endUs, count, mean, m2, min, max } = window
  for (let index = 0; index < values.length; index++) {
    const timeUs = timesUs[index] as number
    if (timeUs >= endUs) {
      if (count > 0) close({ endUs, count, mean, m2, min, max }, totals)
      endUs = (Math.floor(timeUs / WINDOW_US) + 1) * WINDOW_US
      count = 0
      mean = 0
      m2 = 0
      min = Number.POSITIVE_INFINITY
      max = Number.NEGATIVE_INFINITY
    }
    const value = values[index] as number
    count++
    const delta = value - mean
    mean += delta / count
    m2 += delta * (value - mean)
    if (value < min) min = value
    if (value > max) max = value
  }
  window.endUs = endUs
  window.count = count
  window.mean = mean
  window.m2 = m2
  window.min = min
  window.max = max
}

const close = ({ count, mean, m2, min, max }: Window, totals: Totaller): void =>
  totals.add({ count, mean, variance: m2 / count, min, max })
