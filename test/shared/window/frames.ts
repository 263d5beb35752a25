import type { Column, ColumnValues, SampleFrame } from '../../../shared/frame/frame.ts'

export interface Sample {
  readonly tag: string
  readonly timeUs: number
  readonly value: number | boolean | string
  readonly quality?: number
}

export const SECOND_US = 1_000_000

/** One column for each run of samples of a tag and a kind, in order of arrival. */
function columnsOf(samples: readonly Sample[]): Column[] {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${typeof sample.value} ${sample.tag}`
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  return [...groups.values()].map((group) => ({
    tag: group[0]?.tag ?? '',
    timesUs: Float64Array.from(group, ({ timeUs }) => timeUs),
    quality: Uint8Array.from(group, ({ quality = 0 }) => quality),
    data: dataOf(group.map(({ value }) => value)),
  }))
}

function dataOf(values: readonly Sample['value'][]): ColumnValues {
  if (typeof values[0] === 'string') return { kind: 'text', values: values.map(String) }
  if (typeof values[0] === 'boolean') return { kind: 'boolean', values: Uint8Array.from(values, Number) }
  return { kind: 'number', values: Float64Array.from(values, Number) }
}

export function frameOf(
  samples: readonly Sample[],
  completeBeforeUs: number,
  options: { readonly producer?: string; readonly epoch?: number; readonly sequence?: number } = {},
): SampleFrame {
  const { producer = 'p', epoch = 1, sequence = 0 } = options
  return {
    body: 'samples',
    header: { producer, epoch, sequence, completeBeforeUs, position: '' },
    columns: columnsOf(samples),
  }
}

/** Samples of tag `a` at these seconds. */
export const at = (...seconds: readonly number[]): Sample[] =>
  seconds.map((second) => ({ tag: 'a', timeUs: second * SECOND_US, value: second }))
