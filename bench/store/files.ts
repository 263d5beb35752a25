import { join } from 'node:path'
import { sliceColumn } from '../../shared/frame/column.ts'
import { readSeries } from '../frame/series.ts'
import { countEarlier } from './generated.ts'
import { BATCH_SAMPLES, type Batch, type Series } from './series.ts'

const FILES = ['machine_temperature_system_failure.csv', 'ambient_temperature_system_failure.csv']

/** The two logged series of the Numenta Anomaly Benchmark, from a folder that has them. */
export const fileSeries = (directory: string): Series[] =>
  FILES.map((file) => fileSeriesOf(join(directory, file)))

function fileSeriesOf(path: string): Series {
  const { name, column } = readSeries(path)
  const sampleCount = column.timesUs.length
  return {
    name,
    tag: column.tag,
    kind: column.data.kind,
    sampleCount,
    isInOrder: false,
    timeUsAt: (index) => column.timesUs[index] as number,
    *batches(): Iterable<Batch> {
      const seen = new Map<number, number>()
      for (let from = 0; from < sampleCount; from += BATCH_SAMPLES) {
        const part = sliceColumn(column, from, Math.min(from + BATCH_SAMPLES, sampleCount))
        const { tag, timesUs, data } = part
        yield { tag, timesUs, data, sequences: countEarlier(seen, timesUs) }
      }
    },
  }
}
