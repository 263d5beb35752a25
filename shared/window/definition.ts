import type { AggregateSpec } from '../aggregate/spec.ts'

/** A question that each sample answers by itself; compiled by whoever reads configuration. */
export interface Condition {
  /** As written, such as `value > 5`: equal texts are equal conditions. */
  readonly text: string
  holds(value: number | boolean | string): boolean
}

/** How samples of one key are put into windows; all durations are positive microseconds of event time. */
export type WindowKind =
  | { readonly type: 'tumbling'; readonly sizeUs: number; readonly offsetUs: number }
  /** A hop above the size leaves gaps, whose samples are in no window. */
  | { readonly type: 'hopping'; readonly sizeUs: number; readonly hopUs: number; readonly offsetUs: number }
  /** At each good sample (that meets `when`), of time t: `(t - length, t + delay]`. */
  | {
      readonly type: 'sliding'
      readonly lengthUs: number
      readonly delayUs: number
      readonly when?: Condition
    }
  | { readonly type: 'session'; readonly gapUs: number; readonly maxDurationUs?: number }
  | { readonly type: 'count'; readonly size: number; readonly every: number }
  | {
      readonly type: 'state'
      readonly begin: Condition
      readonly end: Condition
      readonly maxDurationUs: number
    }
  | { readonly type: 'run' }
  | {
      readonly type: 'calendar'
      readonly unit: 'shift' | 'day' | 'month'
      /** IANA name, such as `Europe/Berlin`. */
      readonly zone: string
      /** Local times `HH:MM` at which windows start: one for days and months, any number for shifts. */
      readonly startsAt: readonly string[]
    }

/** What samples share windows: each key has its own. */
export type KeySpec =
  | { readonly by: 'tag' }
  | { readonly by: 'all' }
  /** Levels of the tag, counted from 1, joined by `/`; a level that a tag lacks is empty. */
  | { readonly by: 'levels'; readonly levels: readonly number[] }
  /** The value that the engine's `attributes` gives for the tag, '' where it gives none. */
  | { readonly by: 'attribute'; readonly attribute: string }

export interface WindowDefinition {
  /** What its panes are known by. Among the definitions of an engine it is unique. */
  readonly name: string
  /** MQTT-style filters; `#` is every tag. */
  readonly tags: readonly string[]
  readonly key: KeySpec
  readonly window: WindowKind
  /** A window stays revisable until the watermark has passed its end by this much. */
  readonly allowedLatenessUs: number
  /** Late samples are gathered until the watermark has moved on by this much, and then answered at once. */
  readonly lateFlushUs: number
  readonly aggregates: readonly AggregateSpec[]
  /** Answers of count 0 for windows without samples, at most `limit` in a row and then one for the rest. */
  readonly emitEmpty?: { readonly limit: number }
  /**
   * Answers before the end, each `everyUs` that the newest sample of the key gets on, or each `everySamples` samples
   * of the window. Both are progress in the data and none of a clock, so a replay gives the same.
   */
  readonly early?: { readonly everyUs?: number; readonly everySamples?: number }
}

/**
 * What the windows of a kind are known by where a definition has no name of its own, such as `tumbling:10000000`:
 * equal names are equal windows.
 */
export function windowName(kind: WindowKind): string {
  switch (kind.type) {
    case 'tumbling':
      return `tumbling:${kind.sizeUs}${offsetText(kind.offsetUs, kind.sizeUs)}`
    case 'hopping':
      return `hopping:${kind.sizeUs}/${kind.hopUs}${offsetText(kind.offsetUs, kind.hopUs)}`
    case 'sliding':
      return `sliding:${kind.lengthUs}+${kind.delayUs}${kind.when === undefined ? '' : `:${kind.when.text}`}`
    case 'session':
      return `session:${kind.gapUs}${kind.maxDurationUs === undefined ? '' : `/${kind.maxDurationUs}`}`
    case 'count':
      return `count:${kind.size}/${kind.every}`
    case 'state':
      return `state:${kind.begin.text}:${kind.end.text}:${kind.maxDurationUs}`
    case 'run':
      return 'run'
    case 'calendar':
      return `${kind.unit}:${kind.zone}:${kind.startsAt.join(',')}`
  }
}

function offsetText(offsetUs: number, periodUs: number): string {
  const offset = floorMod(offsetUs, periodUs)
  return offset === 0 ? '' : `+${offset}`
}

/** Start of the window that holds an instant: the window is [start, start + size). */
export function windowStartUs(timeUs: number, sizeUs: number, offsetUs: number): number {
  // The remainder comes before the difference: time minus offset may leave the range in which integers are exact.
  return timeUs - floorMod((timeUs % sizeUs) - (offsetUs % sizeUs), sizeUs) + 0
}

/** The remainder with the sign of the divisor; `%` has that of the dividend and would shift windows before 1970. */
export function floorMod(dividend: number, divisor: number): number {
  const rest = dividend % divisor
  return rest < 0 ? rest + divisor : rest + 0
}
