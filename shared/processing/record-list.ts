import type { AlarmChange } from '../alarm/change.ts'
import type { SummaryRecord } from '../contract/records.ts'
import {
  answerIdentity,
  compareAnswers,
  numberAnswers,
  type WindowPane,
  type Withdrawal,
} from '../window/pane.ts'
import { alarmText, eventText, summaryText, withdrawalText } from './records.ts'
import type { EventOutcome } from './rules/outcome.ts'

/** Of the checkpoint; counted as records are made. */
export interface RecordCounters {
  raised: number
  cleared: number
  oversized: number
}

/** Gathers the records of one frame as JSON texts, and counts them. */
export class Records {
  readonly #by: SummaryRecord['by']
  readonly #counters: RecordCounters
  #texts: string[] = []

  constructor(by: SummaryRecord['by'], counters: RecordCounters) {
    this.#by = by
    this.#counters = counters
  }

  take(texts: readonly string[]): void {
    this.#texts.push(...texts)
  }

  alarms(changes: readonly AlarmChange[]): void {
    for (const change of changes) {
      if (change.state === 'raised') this.#counters.raised++
      if (change.state === 'cleared') this.#counters.cleared++
      this.#add(alarmText(change, this.#by))
    }
  }

  event(event: EventOutcome): void {
    this.#add(eventText(event, this.#by))
  }

  summaries(answered: {
    readonly panes: readonly WindowPane[]
    readonly withdrawn: readonly Withdrawal[]
  }): void {
    const answers = [...answered.panes, ...answered.withdrawn]
    if (answered.withdrawn.length > 0) answers.sort(compareAnswers)
    for (const { answer, number } of numberAnswers(answers)) {
      const identity = answerIdentity(answer)
      const id = number === 0 ? identity : `${identity}#${number}`
      this.#add(isPane(answer) ? summaryText(id, answer, this.#by) : withdrawalText(id, answer, this.#by))
    }
  }

  /** The texts since the last call. */
  close(): string[] {
    const texts = this.#texts
    this.#texts = []
    return texts
  }

  #add(text: string | undefined): void {
    if (text === undefined) this.#counters.oversized++
    else this.#texts.push(text)
  }
}

const isPane = (answer: WindowPane | Withdrawal): answer is WindowPane => 'timing' in answer
