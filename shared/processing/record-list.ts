import type { AlarmChange } from '../alarm/change.ts'
import type { SummaryRecord } from '../contract/records.ts'
import { compareAnswers, type WindowPane, type Withdrawal } from '../window/pane.ts'
import { alarmText, eventText, identityOf, summaryText, withdrawalText } from './records.ts'
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
    // Windows that samples decide may begin at one instant; all of these answer at once, so a number tells them apart.
    const seen = new Map<string, number>()
    for (const answer of answers) {
      const identity = identityOf(answer)
      const number = seen.get(identity) ?? 0
      seen.set(identity, number + 1)
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
