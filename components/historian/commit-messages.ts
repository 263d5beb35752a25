import { JSON_SUBOBJECTS_MAX } from '../../shared/component/message-size.ts'
import type { CommitMessage, IntakeRefusal } from '../../shared/contract/commit.ts'
import type { ProducerState } from '../../shared/contract/historian-request.ts'
import type { StoredFrame } from '../../shared/journal/append.ts'
import { COMMIT_MESSAGE_BYTES_MAX } from './limits.ts'

/** What one append has to tell. */
export interface Announcement {
  /** Distinguishes this start of the historian from others. */
  readonly boot: number
  readonly stored: readonly StoredFrame[]
  /** Durable state of producers by name, at least of those in `stored` and `answered`. */
  readonly held: ReadonlyMap<string, Pick<ProducerState, 'epoch' | 'sequence'>>
  /**
   * Producers that must hear what is held without a new frame beside it, which would hide from them that something
   * they sent was refused.
   */
  readonly answered: Iterable<string>
  readonly headLsn: number
  /** Stands in each message while frames are refused. */
  readonly refusal?: IntakeRefusal | undefined
  /** One message at least, though nobody is named in it. */
  readonly isForAll?: boolean
}

/** As few messages as the limit of the bus allows: usually one. */
export function commitMessages(announcement: Announcement): readonly CommitMessage[] {
  const { boot, stored, held, answered, headLsn, refusal } = announcement
  const drafts: MessageDraft[] = []
  let draft: MessageDraft | undefined
  for (const frame of stored) {
    if (!draft?.hasRoom(frame.producer)) {
      draft = new MessageDraft({ boot, firstLsn: frame.lsn, refusal })
      drafts.push(draft)
    }
    draft.addFrame(frame)
  }
  let answer: MessageDraft | undefined
  for (const producer of answered) {
    if (!answer?.hasRoom(producer)) {
      answer = new MessageDraft({ boot, firstLsn: headLsn + 1, refusal })
      drafts.push(answer)
    }
    answer.addProducer(producer)
  }
  // Whoever sends has to hear of it though there is nothing else to tell.
  if (announcement.isForAll && drafts.length === 0) {
    drafts.push(new MessageDraft({ boot, firstLsn: headLsn + 1, refusal }))
  }
  return drafts.map((each) => each.finish(held))
}

/** One frame or one state in the message: index, epoch and sequence at their longest, brackets and commas. */
const TUPLE_BYTES = 4 + 16 + 16 + 5
/** Field names, version, boot and first position. */
const ENVELOPE_BYTES = 140
/** Values as nucleus lite counts them (`countSubobjects`): the six fields; a tuple with its three; a name. */
const ENVELOPE_VALUES = 12
/** Its name, braces, fields and what they hold, but for the reason; and the values that it adds. */
const REFUSAL_BYTES = 80
const REFUSAL_VALUES = 5
const TUPLE_VALUES = 4
const PRODUCER_VALUES = 1 + TUPLE_VALUES

interface MessageHead {
  readonly boot: number
  readonly firstLsn: number
  readonly refusal: IntakeRefusal | undefined
}

class MessageDraft {
  readonly #head: MessageHead
  readonly #producers = new Map<string, number>()
  readonly #frames: CommitMessage['frames'] = []
  #sizeBytes = ENVELOPE_BYTES
  #values = ENVELOPE_VALUES

  constructor(head: MessageHead) {
    this.#head = head
    if (head.refusal === undefined) return
    this.#sizeBytes += REFUSAL_BYTES + Buffer.byteLength(JSON.stringify(head.refusal.reason))
    this.#values += REFUSAL_VALUES
  }

  /** Whether one more frame of this producer, or its state, fits. */
  hasRoom(producer: string): boolean {
    const sizeBytes = this.#sizeBytes + TUPLE_BYTES + this.#newProducerBytes(producer)
    const values = this.#values + TUPLE_VALUES + PRODUCER_VALUES
    return sizeBytes <= COMMIT_MESSAGE_BYTES_MAX && values <= JSON_SUBOBJECTS_MAX
  }

  addFrame({ producer, epoch, sequence }: StoredFrame): void {
    this.#frames.push([this.addProducer(producer), epoch, sequence])
    this.#sizeBytes += TUPLE_BYTES
    this.#values += TUPLE_VALUES
  }

  addProducer(producer: string): number {
    this.#sizeBytes += this.#newProducerBytes(producer)
    if (!this.#producers.has(producer)) this.#values += PRODUCER_VALUES
    const index = this.#producers.get(producer) ?? this.#producers.size
    this.#producers.set(producer, index)
    return index
  }

  finish(held: Announcement['held']): CommitMessage {
    const { boot, firstLsn, refusal } = this.#head
    return {
      v: 1,
      boot,
      producers: [...this.#producers.keys()],
      firstLsn,
      frames: this.#frames,
      held: [...this.#producers].map(([producer, index]) => {
        const { epoch, sequence } = held.get(producer) ?? { epoch: -1, sequence: -1 }
        return [index, epoch, sequence]
      }),
      ...(refusal === undefined ? {} : { refusal }),
    }
  }

  /** Its name in JSON, and its state. */
  #newProducerBytes(producer: string): number {
    if (this.#producers.has(producer)) return 0
    return Buffer.byteLength(JSON.stringify(producer)) + 1 + TUPLE_BYTES
  }
}
