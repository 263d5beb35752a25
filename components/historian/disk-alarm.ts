import type { AlarmRecord } from '../../shared/contract/records.ts'
import type { AppendResult } from '../../shared/journal/append.ts'
import type { OwnRecords } from '../../shared/journal/own-records.ts'
import type { DiskState } from './disk-state.ts'
import { ALARM_RELIEF_SHARE } from './limits.ts'

export interface DiskAlarmParts {
  readonly records: Pick<OwnRecords, 'append'>
  readonly append: (frames: readonly Uint8Array[]) => Promise<AppendResult>
  readonly wallUs: () => number
  readonly by: AlarmRecord['by']
}

type Severity = 'warning' | 'critical'

interface Raised {
  readonly severity: Severity
  readonly sinceUs: number
  readonly n: number
}

const RULE = 'genba/disk'
const TAG = 'genba.Historian/disk'

/** Says in the log of records, from where it goes to the cloud, that the disk fills: long before it is full. */
export class DiskAlarm {
  readonly #parts: DiskAlarmParts
  #raised: Raised | undefined

  constructor(parts: DiskAlarmParts) {
    this.#parts = parts
  }

  /** @throws StoreError; then it is told with the next call */
  async note(state: DiskState, isRefusing: boolean): Promise<void> {
    const severity = this.#severityOf(state, isRefusing)
    const before = this.#raised
    if (severity === before?.severity) return
    const nowUs = this.#parts.wallUs()
    const n = (before?.n ?? 0) + 1
    const sinceUs = severity === undefined || before === undefined ? nowUs : before.sinceUs
    const step = severity === undefined ? 'cleared' : before === undefined ? 'raised' : 'updated'
    await this.#record(step, { severity: severity ?? before?.severity ?? 'warning', sinceUs, n }, state)
    this.#raised = severity && { severity, sinceUs, n }
  }

  #severityOf({ alarm, share, warnShare }: DiskState, isRefusing: boolean): Severity | undefined {
    if (isRefusing) return 'critical'
    if (alarm !== 'none') return alarm
    return this.#raised !== undefined && share >= warnShare - ALARM_RELIEF_SHARE ? 'warning' : undefined
  }

  #record(step: AlarmRecord['state'], { severity, sinceUs, n }: Raised, state: DiskState): Promise<void> {
    const { records, append, wallUs, by } = this.#parts
    const record: AlarmRecord = {
      v: 1,
      type: 'alarm',
      id: [RULE, TAG, sinceUs, step, n].join('|'),
      rule: RULE,
      tag: TAG,
      state: step,
      sinceUs,
      timeUs: wallUs(),
      value: Math.round(state.share * 1000) / 10,
      limit: Math.round(state.warnShare * 1000) / 10,
      n,
      severity,
      text: state.text,
      by,
    }
    return records.append(() => [JSON.stringify(record)], append)
  }
}
