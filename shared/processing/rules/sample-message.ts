import { type Column, Quality } from '../../frame/frame.ts'
import type { SqlMessage } from '../../sql/function.ts'
import { type SqlObject, setMember } from '../../sql/value.ts'

/** Attributes of a tag that the configuration declares, such as `unit: Cel`. */
export type TagAttributes = Readonly<Record<string, string>>

const QUALITY_NAMES = ['good', 'uncertain', 'bad', 'bad'] as const

/**
 * One sample as the message that a rule judges. Its topic is the tag; its payload has the tag's attributes, then
 * `tag`, `value`, `timeUs`, `timestamp` (milliseconds) and `quality`. A value that JSON cannot carry (NaN, infinities)
 * is left out and its quality is bad.
 */
export function sampleMessage(column: Column, index: number, attributes: TagAttributes): SqlMessage {
  const payload: SqlObject = {}
  for (const name in attributes) setMember(payload, name, attributes[name])
  const timeUs = (column.timesUs[index] as number) + 0
  const value = sampleValue(column, index)
  payload['tag'] = column.tag
  if (value !== undefined) payload['value'] = value
  payload['timeUs'] = timeUs
  payload['timestamp'] = Math.floor(timeUs / 1000)
  payload['quality'] = value === undefined ? 'bad' : qualityName(column, index)
  return { topic: column.tag, payload }
}

const qualityName = ({ quality }: Column, index: number): string =>
  QUALITY_NAMES[(quality[index] as number) & Quality.severityMask] ?? 'bad'

/** Undefined for NaN and infinities. */
export function sampleValue({ data }: Column, index: number): number | boolean | string | undefined {
  if (data.kind === 'text') return data.values[index]
  if (data.kind === 'boolean') return data.values[index] !== 0
  const value = data.values[index] as number
  return Number.isFinite(value) ? value + 0 : undefined
}
