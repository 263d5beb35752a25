/** Where tumbling windows lie in event time and how long they stay. */
export interface TumblingShape {
  readonly sizeUs: number
  /** Windows start at offset modulo size, counted from 1970. */
  readonly offsetUs: number
  /** A window stays revisable until the watermark has passed its end by this much. */
  readonly allowedLatenessUs: number
}

/** Event-time tumbling windows over some tags; each tag has its own. */
export interface TumblingDefinition extends TumblingShape {
  /** MQTT-style filters; `#` is every tag. */
  readonly tags: readonly string[]
}

/**
 * What the summaries of a definition are known by: equal names give equal windows, whatever the tags and lateness.
 * A tag has at most one definition of a name: the first that matches.
 */
export function windowName({ sizeUs, offsetUs }: TumblingShape): string {
  const offset = floorMod(offsetUs, sizeUs)
  return `tumbling:${sizeUs}${offset === 0 ? '' : `+${offset}`}`
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
