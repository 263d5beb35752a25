import type { HealthBoard } from './health-board.ts'

/** How far a replay is, as its components tell. */
export interface ReplayProgress {
  readonly sourcesFinished: number
  /** Sources that the collector cannot read now and tries again. */
  readonly sourcesFailed: number
  readonly samplesStored: number
  readonly summariesCreated: number
  readonly summariesReceived: number
  /** Whether every queue is empty and every follower has reached the end of the log. */
  readonly isSettled: boolean
  /** Everything that moves while work is being done, as one text to compare. */
  readonly fingerprint: string
}

export interface ReplayParts {
  readonly board: HealthBoard
  readonly sourceCount: number
  readonly summariesReceived: () => number
}

const COMPONENTS = ['genba.Collector', 'genba.Historian', 'genba.Processor', 'genba.Uplink']
/** What hands over and what is handed over cross on the way: one quiet message may be from between the two. */
const QUIET_MESSAGES = 2
/** Nothing more will arrive at the cloud once everyone has been idle for so many messages. */
const GIVE_UP_MESSAGES = 10
/** A file that could not be read for so many messages of the collector will not be readable by waiting. */
const REFUSED_MESSAGES = 3

/**
 * Reads the board as it is. No figure is a counter that a restart resets: positions and totals are durable, and a
 * component that has just died is not on the board, so nothing is settled until it has spoken again.
 */
export function readProgress({ board, sourceCount, summariesReceived }: ReplayParts): ReplayProgress {
  const figure = (name: string): number => board.figure(`genba_${name}`) ?? -1
  const head = figure('historian_head_lsn')
  const created = figure('historian_summaries_stored')
  const queues = board
    .all()
    .flatMap(({ component, queues: own }) => own.map((queue) => ({ component, ...queue })))
  const positions = [figure('processor_position_lsn'), figure('uplink_position_lsn')]
  const sourcesFinished = figure('collector_sources_finished')
  const samplesStored = figure('historian_samples_stored')
  return {
    sourcesFinished,
    sourcesFailed: figure('collector_sources_failed'),
    samplesStored,
    summariesCreated: created,
    summariesReceived: summariesReceived(),
    isSettled:
      COMPONENTS.every((component) => board.of(component) !== undefined) &&
      sourcesFinished === sourceCount &&
      positions.every((position) => position === head) &&
      queues.every(({ depth }) => depth === 0),
    fingerprint: [head, created, sourcesFinished, samplesStored, ...positions].join(' '),
  }
}

export type ReplayVerdict = 'working' | 'complete' | 'incomplete' | 'refused'

/** Decides from one health message after the other when a replay is over. */
export class ReplayWatch {
  readonly #parts: ReplayParts
  readonly #quiet = new Map<string, number>()
  #fingerprint = ''
  #refusedCount = 0

  constructor(parts: ReplayParts) {
    this.#parts = parts
  }

  note(component: string): ReplayVerdict {
    const progress = readProgress(this.#parts)
    if (component === 'genba.Collector') {
      this.#refusedCount = progress.sourcesFailed > 0 ? this.#refusedCount + 1 : 0
      if (this.#refusedCount >= REFUSED_MESSAGES) return 'refused'
    }
    if (!progress.isSettled || progress.fingerprint !== this.#fingerprint) this.#quiet.clear()
    this.#fingerprint = progress.fingerprint
    if (!progress.isSettled) return 'working'
    this.#quiet.set(component, (this.#quiet.get(component) ?? 0) + 1)
    const quietest = Math.min(...COMPONENTS.map((name) => this.#quiet.get(name) ?? 0))
    if (quietest < QUIET_MESSAGES) return 'working'
    if (progress.summariesReceived === progress.summariesCreated) return 'complete'
    return quietest >= GIVE_UP_MESSAGES ? 'incomplete' : 'working'
  }
}
