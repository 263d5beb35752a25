import type { Bus, Log } from '../../shared/component/host.ts'
import type { CommitMessage, IntakeRefusal } from '../../shared/contract/commit.ts'
import { Topic } from '../../shared/contract/topics.ts'
import type { AppendResult } from '../../shared/journal/append.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { commitMessages } from './commit-messages.ts'
import { DROPPED_PRODUCERS_MAX } from './limits.ts'

export interface AnnouncerParts {
  readonly bus: Bus
  readonly journal: Journal
  readonly log: Log
  readonly boot: number
  /** Why frames are refused now; undefined while they are not. */
  readonly refusal: () => IntakeRefusal | undefined
}

/** Tells all who follow the log what is durable. */
export class Announcer {
  readonly #parts: AnnouncerParts
  /** Their frames found no room, and they have not been told yet. */
  readonly #dropped = new Set<string>()

  constructor(parts: AnnouncerParts) {
    this.#parts = parts
  }

  noteDropped(producer: string): void {
    if (this.#dropped.size < DROPPED_PRODUCERS_MAX) this.#dropped.add(producer)
  }

  /** At the start: what is held of every producer, so that senders and readers know that the historian is back. */
  async announceStart(): Promise<void> {
    const states = this.#parts.journal.producers()
    await this.#publish(
      [],
      states.map(({ producer }) => producer),
      true,
    )
  }

  async announce({ stored, duplicates, gaps }: AppendResult): Promise<void> {
    const storedOf = new Set(stored.map(({ producer }) => producer))
    const answered = new Set([
      ...duplicates.map(({ producer }) => producer).filter((producer) => !storedOf.has(producer)),
      ...gaps.map(({ producer }) => producer),
      ...this.#dropped,
    ])
    this.#dropped.clear()
    await this.#publish(stored, answered)
  }

  /** Tells all who send whether frames are taken, and those whose frames were refused what is held of them. */
  async announceIntake(): Promise<void> {
    const answered = [...this.#dropped]
    this.#dropped.clear()
    await this.#publish([], answered, true)
  }

  async #publish(
    stored: AppendResult['stored'],
    answered: Iterable<string>,
    isForAll = false,
  ): Promise<void> {
    const { boot, journal } = this.#parts
    const refusal = this.#parts.refusal()
    const names = new Set([...stored.map(({ producer }) => producer), ...answered])
    const held = new Map([...names].map((name) => [name, journal.producer(name)]))
    const { headLsn } = journal
    for (const message of commitMessages({ boot, stored, held, answered, headLsn, refusal, isForAll })) {
      await this.#send(message)
    }
  }

  /** A message that is lost is made good: the producers send again, and are told that their frames are duplicates. */
  async #send(message: CommitMessage): Promise<void> {
    try {
      await this.#parts.bus.publish(Topic.commit, { json: message })
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'a commit message could not be published')
    }
  }
}
