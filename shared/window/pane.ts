import type { AggregateAnswer } from '../aggregate/plan.ts'
import type { Column } from '../frame/frame.ts'

/** Samples `from` (inclusive) to `to` (exclusive) of a column that no window took. */
export interface LateSamples {
  readonly column: Column
  readonly from: number
  readonly to: number
}

/**
 * One answer of one window of one key. (key, window, startUs) is its identity; a higher revision replaces a lower.
 */
export interface WindowPane {
  readonly key: string
  /** Name of the definition. */
  readonly window: string
  readonly startUs: number
  /** Exclusive; of sliding windows the start is exclusive and the end inclusive. */
  readonly endUs: number
  /** 0 for the first answer. */
  readonly revision: number
  /**
   * EARLY before the watermark reached the end, ON_TIME when it got there with this answer, LATE when it had been
   * there before.
   */
  readonly timing: 'EARLY' | 'ON_TIME' | 'LATE'
  /** Nothing can change this window any more. */
  readonly isFinal: boolean
  /** Good and uncertain samples. */
  readonly count: number
  /** Samples of bad quality, NaN and infinities: counted, and in no aggregate. */
  readonly bad: number
  readonly uncertain: number
  readonly aggregates: AggregateAnswer
  /** No window of its own but all the empty ones from start to end, beyond the limit of `emitEmpty`. */
  readonly gap?: true
}

/** The window of this identity is no more: a late sample merged it into another. It replaces lower revisions. */
export interface Withdrawal {
  readonly key: string
  readonly window: string
  readonly startUs: number
  readonly endUs: number
  readonly revision: number
}

/** Ends first, then starts, then keys by UTF-16 code units, then definitions by name, then revisions. */
export function compareAnswers(a: WindowPane | Withdrawal, b: WindowPane | Withdrawal): number {
  if (a.endUs !== b.endUs) return a.endUs - b.endUs
  if (a.startUs !== b.startUs) return a.startUs - b.startUs
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  if (a.window !== b.window) return a.window < b.window ? -1 : 1
  return a.revision - b.revision
}

/** What an answer is known by, its number left out. */
export const answerIdentity = ({ key, window, startUs, revision }: WindowPane | Withdrawal): string =>
  `${key}|${window}|${startUs}|${revision}`

/**
 * Numbers the answers of one identity 0, 1, 2 …: windows that samples decide may begin at one instant, and all of these
 * answer at once, so a number tells them apart.
 */
export function numberAnswers<Answer extends WindowPane | Withdrawal>(
  answers: readonly Answer[],
): { readonly answer: Answer; readonly number: number }[] {
  const seen = new Map<string, number>()
  return answers.map((answer) => {
    const identity = answerIdentity(answer)
    const number = seen.get(identity) ?? 0
    seen.set(identity, number + 1)
    return { answer, number }
  })
}
