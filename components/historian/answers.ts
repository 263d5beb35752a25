import type { HistorianRequest } from '../../shared/contract/historian-request.ts'
import { REPLY_BYTES_MAX } from '../../shared/contract/reply.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { LogFrame } from '../../shared/journal/read/log-reader.ts'
import type { AnswerPage } from './answer-page.ts'
import type { Backups } from './backups.ts'
import type { Documents } from './documents.ts'
import { groupBySize } from './group-by-size.ts'
import { REPLY_HEAD_BYTES } from './limits.ts'
import type { Prover } from './prover.ts'
import { answerRead, isRead } from './read-answers.ts'

/** What requests are answered from. */
export interface AnswerSource {
  readonly journal: Journal
  readonly prover: Prover
  readonly documents: Documents
  readonly backups: Pick<Backups, 'follow'>
}

const ROOM_BYTES = REPLY_BYTES_MAX - REPLY_HEAD_BYTES

/**
 * The pages of an answer, at most as many as the request's credit, each within one message.
 * @throws JournalError for a filter or cursor that is none, at the first page; StoreError
 */
export function answer(source: AnswerSource, request: HistorianRequest): AsyncGenerator<AnswerPage> {
  const { journal, prover, documents, backups } = source
  if (isRead(request)) return answerRead(journal.reads, request)
  switch (request.op) {
    case 'log':
      return answerLog(journal, request)
    case 'range':
      return answerRange(journal, request)
    case 'tags':
      return answerTags(journal, request)
    case 'producers':
      return answerProducers(journal, request)
    case 'backup':
      return answerBackup(backups, request)
    case 'head':
      return answerHead(prover, request)
    case 'verify':
      return documents.pages('verify', request.cursor, (onProgress) => prover.verification(onProgress))
    case 'prove': {
      const { tag, fromUs, toUs, cursor } = request
      const question = { tag, fromUs, toUs }
      const name = JSON.stringify(question)
      return documents.pages(name, cursor, (onProgress) => prover.evidence(question, onProgress))
    }
  }
}

type Of<Op extends HistorianRequest['op']> = Extract<HistorianRequest, { op: Op }>

async function* answerLog(journal: Journal, request: Of<'log'>): AsyncGenerator<AnswerPage> {
  const { afterLsn, body, credit } = request
  const page = await journal.logPage({ afterLsn, body, bytesMax: credit * ROOM_BYTES })
  const { frames, readLsn, isEnd, sealedLsn } = page
  const groups = groupBySize(frames, logFrameBytes, ROOM_BYTES)
  // Small frames make fewer pages than the credit; a page too many waits for the next request.
  const given = groups.length === 0 ? [[]] : groups.slice(0, credit)
  for (const [index, group] of given.entries()) {
    const isComplete = index === Math.max(1, groups.length) - 1
    yield {
      frames: group.map(({ bytes }) => bytes),
      head: {
        cursor: String(isComplete ? readLsn : (group.at(-1)?.lsn ?? afterLsn)),
        end: isComplete && isEnd,
        lsns: group.map(({ lsn }) => lsn),
        sealedLsn,
      },
    }
  }
}

/** Its bytes with their length, and its position in the head. */
const logFrameBytes = ({ lsn, bytes }: LogFrame) => bytes.length + 2 + String(lsn).length + 1

async function* answerRange(journal: Journal, request: Of<'range'>): AsyncGenerator<AnswerPage> {
  const { tags, fromUs, toUs, cursor, credit, part } = request
  let held: AnswerPage | undefined
  let pageCount = 0
  for await (const page of journal.range({ tags, fromUs, toUs, cursor, ...(part && { part }) })) {
    // A page is given once the next is there or is known not to be, so that the last can say so.
    if (held) yield held
    held = { frames: [page.bytes], head: { cursor: page.cursor, end: false } }
    pageCount += 1
    if (pageCount < credit) continue
    yield held
    return
  }
  yield { frames: held?.frames ?? [], head: { cursor: held?.head.cursor ?? cursor, end: true } }
}

async function* answerTags(journal: Journal, request: Of<'tags'>): AsyncGenerator<AnswerPage> {
  let after = request.afterTag
  for (let pageCount = 0; pageCount < request.credit; pageCount += 1) {
    const found = journal.tags(after, TAGS_AT_ONCE)
    const [page = []] = groupBySize(found, jsonBytes, ROOM_BYTES - TAG_CURSOR_BYTES)
    const last = page.at(-1)
    const end = page.length === found.length && found.length < TAGS_AT_ONCE
    after = last?.tag ?? after
    yield {
      frames: [],
      head: {
        cursor: after,
        end,
        tags: page.map((bounds) => ({ ...bounds, producers: [...bounds.producers] })),
      },
    }
    if (end) return
  }
}

/** More than fit into one page: a tag of one letter takes some 70 bytes. */
const TAGS_AT_ONCE = 128
/** The longest tag as a cursor. */
const TAG_CURSOR_BYTES = 600

async function* answerBackup(
  backups: Pick<Backups, 'follow'>,
  { directory }: Of<'backup'>,
): AsyncGenerator<AnswerPage> {
  for await (const backup of backups.follow(directory)) {
    yield { frames: [], head: { cursor: '', end: 'report' in backup, backup } }
  }
}

async function* answerProducers(journal: Journal, request: Of<'producers'>): AsyncGenerator<AnswerPage> {
  const states = request.producers.map((name) => journal.producer(name))
  const groups = groupBySize(states, jsonBytes, ROOM_BYTES)
  let doneCount = 0
  for (const [index, group] of (groups.length === 0 ? [[]] : groups).entries()) {
    doneCount += group.length
    const end = index >= groups.length - 1
    yield { frames: [], head: { cursor: String(doneCount), end, producers: [...group] } }
  }
}

async function* answerHead(prover: Prover, { sinceSize }: Of<'head'>): AsyncGenerator<AnswerPage> {
  const head = await prover.head(sinceSize)
  yield { frames: [Buffer.from(JSON.stringify(head))], head: { cursor: '', end: true } }
}

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value)) + 1
