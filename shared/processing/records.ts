import { encodeText } from '../bytes/text.ts'
import type { AlarmRecord, SummaryRecord } from '../contract/records.ts'
import { TEXT_BYTES_MAX } from '../frame/limits.ts'
import type { Alarm } from '../rule/engine.ts'
import type { Pane } from '../window/pane.ts'

type MadeBy = SummaryRecord['by']

/** A text value may be as long as a frame; what a summary says of it is its beginning. */
const LAST_LENGTH_MAX = 500

/** The JSON text of a summary, or undefined when its tag makes it too long for a frame. */
export function summaryText(pane: Pane, by: MadeBy): string | undefined {
  const { tag, window, startUs, endUs, revision, timing, values } = pane
  const { last } = values
  const record: SummaryRecord = {
    v: 1,
    type: 'summary',
    id: `${tag}|${window}|${startUs}|${revision}`,
    tag,
    window,
    startUs,
    endUs,
    revision,
    timing,
    count: values.count,
    bad: values.bad,
    uncertain: values.uncertain,
    goodShare: values.goodShare,
    mean: values.mean,
    min: values.min,
    max: values.max,
    std: values.std,
    m2: values.m2,
    last: typeof last === 'string' ? shorten(last) : last,
    by,
  }
  return withinLimit(JSON.stringify(record))
}

/** The JSON text of an alarm, or undefined when its tag makes it too long for a frame. */
export function alarmText(
  { rule, tag, state, sinceUs, timeUs, value, limit }: Alarm,
  by: MadeBy,
): string | undefined {
  const id = `${rule}|${tag}|${sinceUs}|${state}`
  const record: AlarmRecord = { v: 1, type: 'alarm', id, rule, tag, state, sinceUs, timeUs, value, limit, by }
  return withinLimit(JSON.stringify(record))
}

/** Cuts between characters, so that no half of a surrogate pair is left. */
function shorten(text: string): string {
  if (text.length <= LAST_LENGTH_MAX) return text
  const cut = text.slice(0, LAST_LENGTH_MAX)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

const withinLimit = (text: string): string | undefined =>
  text.length * 3 <= TEXT_BYTES_MAX || encodeText(text).length <= TEXT_BYTES_MAX ? text : undefined
