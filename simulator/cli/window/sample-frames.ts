import { type Column, Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import type { StreamSample } from './stream-line.ts'

/** One column for neighbouring samples of one tag and one type, so that the frame keeps their order of arrival. */
export function frameOf(
  samples: readonly StreamSample[],
  header: { readonly producer: string; readonly completeBeforeUs: number },
): SampleFrame {
  return {
    body: 'samples',
    header: { epoch: 1, sequence: 0, position: '', ...header },
    columns: runsOf(samples).map(columnOf),
  }
}

function runsOf(samples: readonly StreamSample[]): StreamSample[][] {
  const runs: StreamSample[][] = []
  for (const sample of samples) {
    const run = runs.at(-1)
    const first = run?.[0]
    if (first?.tag === sample.tag && typeof first.value === typeof sample.value) run?.push(sample)
    else runs.push([sample])
  }
  return runs
}

function columnOf(run: readonly StreamSample[]): Column {
  return {
    tag: run[0]?.tag ?? '',
    timesUs: Float64Array.from(run, ({ timeUs }) => timeUs),
    quality: Uint8Array.from(run, ({ quality }) => Quality[quality]),
    data: dataOf(run.map(({ value }) => value)),
  }
}

function dataOf(values: readonly StreamSample['value'][]): Column['data'] {
  const [first] = values
  if (typeof first === 'string') return { kind: 'text', values: values.map(String) }
  if (typeof first === 'boolean') return { kind: 'boolean', values: Uint8Array.from(values, Number) }
  return { kind: 'number', values: Float64Array.from(values, Number) }
}
