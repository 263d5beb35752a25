import type { StandingAlarm } from '../alarm/standing.ts'
import type { AdmissionCounts } from './admission.ts'

/** Why an alarm is raised or not. */
export interface DetectionExplanation {
  readonly rule: string
  readonly key: string
  /** Undefined when it is neither active nor raised nor shelved. */
  readonly alarm: StandingAlarm | undefined
  /** Undefined of an alarm that a rule of SQL raises. */
  readonly detection: TagExplanation | undefined
}

export interface TagExplanation {
  /** One sentence: what the detection makes of the newest sample. */
  readonly why: string
  readonly watermarkUs: number
  /** Samples of the tag that were judged, and those that may not decide. */
  readonly counts: Readonly<AdmissionCounts>
  /** Newest judged samples since the start of the process, oldest first. */
  readonly recent: readonly { readonly timeUs: number; readonly value: number }[]
}
