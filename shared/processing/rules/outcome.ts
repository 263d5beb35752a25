import type { AlarmReport } from '../../alarm/report.ts'
import type { Judged } from './judged.ts'
import type { EffectAction } from './rule-config.ts'

/** What a match of a rule asks for; the text forms are JSON. */
export type Outcome = EventOutcome | DerivedSample | AlarmOutcome | Effect | Inquiry

interface OfRule {
  readonly rule: string
  /** The tag of the sample, or the key of the window. */
  readonly key: string
  /** Event time: of the sample, or the end of the window. */
  readonly timeUs: number
}

/** A record for the log, and so for the cloud. */
export interface EventOutcome extends OfRule {
  readonly kind: 'event'
  readonly id: string
  readonly outputText: string
}

/** A sample of another tag. */
export interface DerivedSample extends OfRule {
  readonly kind: 'derive'
  readonly tag: string
  readonly value: number | boolean | string
  readonly quality: number
}

/** The condition of an alarm holds, or does not. */
export interface AlarmOutcome extends AlarmReport {
  readonly kind: 'signal'
}

/** Something outside: it is done at least once, and carries an identity by which a receiver drops the second. */
export interface Effect extends OfRule {
  readonly kind: 'effect'
  readonly id: string
  /** The frame that was judged, '' for a window. */
  readonly frame: string
  /** Type of the action, as it is configured. */
  readonly action: EffectAction['type']
  /** Of a rule that acts on live frames: what was done for a frame then is not done again when it comes by the log. */
  readonly isReflex: boolean
  readonly deadlineUs: number | undefined
  /** Left out once its sample is older than this. */
  readonly maxAgeUs: number
  readonly act:
    | { readonly type: 'publish'; readonly topic: string; readonly payloadText: string }
    | { readonly type: 'call'; readonly function: string; readonly payloadText: string }
  /** Where a failure is told; a failure of that is only counted. */
  readonly onError: Effect['act'] | undefined
}

/** A message that a rule cannot judge before something outside it is known. */
export interface Inquiry extends OfRule {
  readonly kind: 'inquiry'
  readonly judged: Judged
}

/** An evaluation or an action that could not be made; the rule goes on with the next sample. */
export interface Failure extends OfRule {
  readonly action: string
  readonly reason: string
}
