import type { ProducerState } from '../contract/historian-request.ts'
import { decodeFrame, type FrameInspection, inspectFrame } from '../frame/decode.ts'
import { FrameError } from '../frame/errors.ts'
import { receive } from '../handoff/receive.ts'
import type { KeyValueStore } from '../store/store.ts'
import { Draft } from './draft.ts'
import { recordIdKey } from './keys.ts'
import { JOURNALED_FRAME_BYTES_MAX, RECORD_LOOKUPS_AT_ONCE } from './limits.ts'
import { identityOf, type RecordIdentity } from './record-identity.ts'
import { type JournalState, stateOf } from './state.ts'

interface FrameIdentity {
  readonly producer: string
  readonly epoch: number
  readonly sequence: number
}

export interface StoredFrame extends FrameIdentity {
  readonly lsn: number
}

interface CorruptFrame {
  /** Place in the list that was given. */
  readonly index: number
  readonly code: string
  readonly message: string
}

/** What became of each frame of one append. */
export interface AppendResult {
  /** Newly durable, in log order; their positions follow one by one. */
  readonly stored: readonly StoredFrame[]
  /** What is durable now of every producer of a readable frame, in order of first mention. */
  readonly held: readonly ProducerState[]
  readonly duplicates: readonly FrameIdentity[]
  /** Refused because a frame before them is missing. */
  readonly gaps: readonly FrameIdentity[]
  /** Refused because they are no frames, or too large to be given to a reader. */
  readonly corrupt: readonly CorruptFrame[]
}

export interface Judgement {
  readonly draft: Draft
  /** Valid once the draft has been applied. */
  readonly result: () => AppendResult
}

/** Decides on each frame in the given order and drafts what is to be written; writes nothing. */
export async function judge(
  state: JournalState,
  store: KeyValueStore,
  frames: readonly Uint8Array[],
  receivedUs: number,
): Promise<Judgement> {
  const draft = new Draft(state, receivedUs)
  const stored: StoredFrame[] = []
  const duplicates: FrameIdentity[] = []
  const gaps: FrameIdentity[] = []
  const corrupt: CorruptFrame[] = []
  const mentioned = new Set<string>()
  const records: NewRecord[] = []

  for (const [index, bytes] of frames.entries()) {
    const readable = read(bytes)
    if (readable instanceof FrameError) {
      corrupt.push({ index, code: readable.code, message: readable.message })
      continue
    }
    const { frame, identities } = readable
    const { producer, epoch, sequence } = frame
    mentioned.add(producer)
    const reception = receive(draft.producer(producer), frame)
    if (reception === 'gap') gaps.push({ producer, epoch, sequence })
    if (reception === 'duplicate') {
      duplicates.push({ producer, epoch, sequence })
      draft.dropDuplicate(frame)
    }
    if (reception !== 'store') continue
    const lsn = draft.accept(frame, bytes)
    stored.push({ lsn, producer, epoch, sequence })
    for (const identity of identities) records.push({ ...identity, lsn })
  }
  await acceptNewRecords(draft, store, records)
  const held = () => [...mentioned].map((name) => stateOf(draft.producer(name)))
  return { draft, result: () => ({ stored, held: held(), duplicates, gaps, corrupt }) }
}

interface Readable {
  readonly frame: FrameInspection
  readonly identities: readonly RecordIdentity[]
}

function read(bytes: Uint8Array): Readable | FrameError {
  if (bytes.length > JOURNALED_FRAME_BYTES_MAX) {
    return new FrameError(
      'GENBA_FRAME_TOO_LARGE',
      'the frame could not be given to a reader in one message',
      {
        expected: `at most ${JOURNALED_FRAME_BYTES_MAX} bytes`,
        received: `${bytes.length} bytes`,
      },
    )
  }
  try {
    const frame = inspectFrame(bytes)
    const decoded = frame.body === 'records' ? decodeFrame(bytes) : undefined
    const texts = decoded?.body === 'records' ? decoded.records : []
    return { frame, identities: texts.map(identityOf).filter((identity) => identity !== undefined) }
  } catch (error) {
    if (error instanceof FrameError) return error
    throw error
  }
}

interface NewRecord extends RecordIdentity {
  readonly lsn: number
}

/** A record that comes again stays in the log as it came, but is counted and found by its first position. */
async function acceptNewRecords(draft: Draft, store: KeyValueStore, records: readonly NewRecord[]) {
  const unique = [...new Map(records.toReversed().map((record) => [record.id, record])).values()].reverse()
  for (let first = 0; first < unique.length; first += RECORD_LOOKUPS_AT_ONCE) {
    const some = unique.slice(first, first + RECORD_LOOKUPS_AT_ONCE)
    const known = await Promise.all(some.map((record) => store.get(recordIdKey(record.id))))
    for (const [index, record] of some.entries()) {
      if (known[index] === undefined) draft.acceptRecord(record.id, record.type, record.lsn)
    }
  }
}
