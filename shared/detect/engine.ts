import type { AlarmChange, AlarmValue, Severity } from '../alarm/change.ts'
import type { AlarmCommand } from '../alarm/command.ts'
import type { StandingAlarm } from '../alarm/standing.ts'
import type { SampleFrame } from '../frame/frame.ts'
import type { Detection } from './config.ts'

/** What a rule of SQL says of its alarm; said again whenever it is judged again. */
export interface AlarmSignal {
  readonly rule: string
  readonly key: string
  readonly isActive: boolean
  readonly timeUs: number
  readonly value: AlarmValue
  readonly severity: Severity
  readonly text?: string
}

/** Part of the engine's state as JSON, by key. */
export interface DetectionCell {
  readonly key: string
  /** Undefined when the cell is gone. */
  readonly text: string | undefined
}

export interface DetectionExplanation {
  readonly rule: string
  readonly key: string
  readonly alarm: StandingAlarm | undefined
  /** One sentence: why it is raised or not. */
  readonly why: string
}

export interface DetectionEngine {
  take(frame: SampleFrame): AlarmChange[]
  advance(producer: string, completeBeforeUs: number): AlarmChange[]
  signal(signal: AlarmSignal): AlarmChange[]
  command(command: AlarmCommand): AlarmChange[]
  reconfigure(detections: readonly Detection[]): AlarmChange[]
  takeCells(): DetectionCell[]
  alarms(): StandingAlarm[]
  activeCount(): number
  explain(rule: string, key: string): DetectionExplanation | undefined
}

export declare function createDetectionEngine(
  detections: readonly Detection[],
  cells?: Iterable<DetectionCell>,
): DetectionEngine
