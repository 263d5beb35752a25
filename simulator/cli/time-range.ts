import type { Frame } from '../../shared/frame/frame.ts'

/** Whether a frame has a sample, or a record, in a range of event time: `from` inclusive, `to` exclusive. */
export function isWithin(
  frame: Frame,
  {
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
  }: { readonly from?: number; readonly to?: number },
): boolean {
  if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return true
  if (frame.body === 'records') return frame.records.some((text) => isRecordWithin(text, from, to))
  return frame.columns.some(({ timesUs }) => timesUs.some((timeUs) => timeUs >= from && timeUs < to))
}

function isRecordWithin(text: string, from: number, to: number): boolean {
  const record: unknown = JSON.parse(text)
  if (typeof record !== 'object' || record === null) return false
  const time = 'startUs' in record ? record.startUs : 'timeUs' in record ? record.timeUs : undefined
  return typeof time === 'number' && time >= from && time < to
}
