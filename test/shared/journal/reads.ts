import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'

export const EVERYTHING = { tags: [], fromUs: null, toUs: null, cursor: '' }

/** The times of all samples, in the order of the history. */
export async function timesOf(
  journal: Pick<Journal, 'range'>,
  tags: readonly string[] = [],
): Promise<number[]> {
  const times: number[] = []
  for await (const { bytes } of journal.range({ ...EVERYTHING, tags })) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') times.push(...frame.columns.flatMap(({ timesUs }) => [...timesUs]))
  }
  return times
}
