/** Raises an alarm on a tag whose values stay beyond a limit. */
export interface ThresholdRule {
  /** Identity: an alarm belongs to (name, tag). */
  readonly name: string
  /** MQTT-style filters; `#` is every tag. */
  readonly tags: readonly string[]
  /** Violated by values above it. With `below` as well, the rule is violated outside the band of the two. */
  readonly above?: number | undefined
  readonly below?: number | undefined
  /** How far back inside the limit a value must be before a raised alarm clears. */
  readonly hysteresis: number
  /** Event time for which every sample must violate the limit before the alarm is raised. */
  readonly holdUs: number
}

/** Where one rule stands on one tag. Times are -Infinity for "never". */
export interface AlarmState {
  isRaised: boolean
  /** Since when samples violate the limit without a break; -Infinity while they do not. */
  violatedSinceUs: number
  /** Latest sample judged: what arrives with an older time is history and changes no alarm. */
  newestUs: number
  newestValue: number
  /** `sinceUs` of the last change of each kind: an identity that must not come twice. */
  lastRaisedUs: number
  lastClearedUs: number
}

export const createAlarmState = (): AlarmState => ({
  isRaised: false,
  violatedSinceUs: Number.NEGATIVE_INFINITY,
  newestUs: Number.NEGATIVE_INFINITY,
  newestValue: 0,
  lastRaisedUs: Number.NEGATIVE_INFINITY,
  lastClearedUs: Number.NEGATIVE_INFINITY,
})

/** A change of one alarm; `AlarmRecord` says what the fields mean. */
export interface AlarmChange {
  readonly state: 'raised' | 'cleared'
  readonly sinceUs: number
  readonly timeUs: number
  readonly value: number
  readonly limit: number
}

/**
 * Judges one sample, finite and neither bad nor quarantined. Time passes by samples alone: silence is not a sign
 * that a value still holds, so an alarm is raised by the first sample at which the hold time has passed.
 *
 * Samples older than the newest one judged are ignored; of equal times each is judged in order of arrival. An alarm
 * changes once at most in each direction at one instant: a second change would have the identity of the first.
 */
export function judge(
  rule: ThresholdRule,
  state: AlarmState,
  timeUs: number,
  value: number,
): AlarmChange | undefined {
  if (timeUs < state.newestUs) return undefined
  state.newestUs = timeUs
  state.newestValue = value
  return state.isRaised ? judgeRaised(rule, state, timeUs, value) : judgeClear(rule, state, timeUs, value)
}

function judgeClear(
  rule: ThresholdRule,
  state: AlarmState,
  timeUs: number,
  value: number,
): AlarmChange | undefined {
  const limit = violatedLimit(rule, value)
  if (limit === undefined) {
    state.violatedSinceUs = Number.NEGATIVE_INFINITY
    return undefined
  }
  if (state.violatedSinceUs === Number.NEGATIVE_INFINITY) {
    if (timeUs <= state.lastRaisedUs) return undefined
    state.violatedSinceUs = timeUs
  }
  const sinceUs = state.violatedSinceUs
  if (timeUs - sinceUs < rule.holdUs) return undefined
  state.isRaised = true
  state.lastRaisedUs = sinceUs
  return { state: 'raised', sinceUs, timeUs, value, limit }
}

function judgeRaised(
  rule: ThresholdRule,
  state: AlarmState,
  timeUs: number,
  value: number,
): AlarmChange | undefined {
  if (!isBackInside(rule, value) || timeUs <= state.lastClearedUs) return undefined
  return clear(rule, state, timeUs)
}

/** Ends an alarm at the newest sample because its rule is gone; nothing when none is raised. */
export function withdraw(rule: ThresholdRule, state: AlarmState): AlarmChange | undefined {
  return state.isRaised ? clear(rule, state, Math.max(state.newestUs, state.lastClearedUs + 1)) : undefined
}

function clear(rule: ThresholdRule, state: AlarmState, timeUs: number): AlarmChange {
  state.isRaised = false
  state.violatedSinceUs = Number.NEGATIVE_INFINITY
  state.lastClearedUs = timeUs
  const value = state.newestValue
  return { state: 'cleared', sinceUs: timeUs, timeUs, value, limit: nearestLimit(rule, value) }
}

function violatedLimit({ above, below }: ThresholdRule, value: number): number | undefined {
  if (above !== undefined && value > above) return above
  return below !== undefined && value < below ? below : undefined
}

const isBackInside = ({ above, below, hysteresis }: ThresholdRule, value: number): boolean =>
  (above === undefined || value <= above - hysteresis) && (below === undefined || value >= below + hysteresis)

/** The limit that a value is closest to, of a rule that has one or two. */
function nearestLimit({ above, below }: ThresholdRule, value: number): number {
  if (above === undefined) return below ?? value
  if (below === undefined) return above
  return Math.abs(value - above) <= Math.abs(value - below) ? above : below
}
