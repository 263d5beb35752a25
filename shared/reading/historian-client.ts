import type { JsonObject } from '../bytes/json.ts'
import type { ProducerState, ReplyHead } from '../contract/historian-request.ts'
import { decodeReply } from '../contract/reply.ts'
import type { EvidenceQuestion } from '../evidence/material.ts'
import { PresentHead } from '../evidence/present-head.ts'
import { decodeFrame } from '../frame/decode.ts'
import type { SampleFrame } from '../frame/frame.ts'
import { CREDIT_PAGES, PRODUCERS_PER_REQUEST } from './limits.ts'
import { Reader, type ReaderParts } from './reader.ts'
import { createTagReads, type TagReads } from './tag-reads.ts'

/**
 * Reads from the historian over the bus. Each request has its own deadline, is asked again from the last page that
 * came when one is lost or the historian is away, and gives up only by its signal. Several may run at once.
 */
export interface HistorianClient {
  /** What the historian holds of these producers, in the order asked; epoch and sequence -1 where nothing. */
  producers(names: readonly string[], signal?: AbortSignal): Promise<readonly ProducerState[]>
  /** Frames after a log position, in order; ends when the head is reached. */
  log(query: LogQuery): AsyncIterable<LogPart>
  /** Samples sorted by tag, then time, then order of arrival; each frame has one column. */
  range(query: RangeQuery): AsyncIterable<SampleFrame>
  /** Every tag in the order of its UTF-8 bytes, some at a time. */
  tags(signal?: AbortSignal): AsyncIterable<readonly TagBounds[]>
  /** The bytes of an evidence file, in parts. @throws ReadError with the code of the historian's error */
  prove(question: EvidenceQuestion, signal?: AbortSignal): AsyncIterable<LongAnswer>
  /** As `prove`, the JSON of what was found when everything that is stored was checked. */
  verify(signal?: AbortSignal): AsyncIterable<LongAnswer>
  /** @param sinceSize leaves of an earlier head that it is to be shown to continue */
  head(sinceSize: number, signal?: AbortSignal): Promise<PresentHead>
  /** How far a backup into a directory is, now and then, and at last what it has come to. @throws ReadError */
  backup(directory: string, signal?: AbortSignal): AsyncIterable<NonNullable<ReplyHead['backup']>>
  /** Of a commit message: what was asked of another process of the historian is asked again at once. */
  noteBoot(boot: number): void
  close(): Promise<void>
}

/** A part of a long answer, or while it is made none, and how far that is. */
interface LongAnswer {
  readonly bytes: Uint8Array | undefined
  /** Bytes, or frames and chunks. */
  readonly done: number
}

interface LogQuery {
  readonly afterLsn: number
  readonly body: 'any' | 'samples' | 'records' | 'audit'
  readonly signal?: AbortSignal | undefined
}

interface LogPart {
  readonly frames: readonly { readonly lsn: number; readonly bytes: Uint8Array }[]
  /** Everything of the wanted kind up to this position has been given. */
  readonly readLsn: number
  readonly headLsn: number
  /** Samples up to this position are sealed: they come by `range` and no more by `log`. */
  readonly sealedLsn: number
}

interface RangeQuery {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive; missing is open. */
  readonly fromUs?: number | undefined
  /** Exclusive; missing is open. */
  readonly toUs?: number | undefined
  /** Of chunks alone, or of the log alone. */
  readonly part?: 'sealed' | 'unsealed'
  readonly signal?: AbortSignal | undefined
}

type TagBounds = NonNullable<ReplyHead['tags']>[number]

/** One client a component: they share a reply topic, and ids start at the scheduler's clock. */
export async function createHistorianClient(parts: ReaderParts): Promise<HistorianClient & TagReads> {
  const reader = new Reader(parts)
  const subscription = await parts.bus.subscribe(reader.replyTo, ({ payload }) => {
    const reply = 'bytes' in payload ? decodeReply(payload.bytes) : undefined
    if (reply) reader.accept(reply)
    else parts.log.warn({ topic: reader.replyTo }, 'a reply could not be read and was dropped')
  })
  return {
    producers: (names, signal) => readProducers(reader, names, signal),
    log: (query) => readLog(reader, query),
    range: (query) => readRange(reader, query),
    tags: (signal) => readTags(reader, signal),
    ...createTagReads(reader),
    prove: ({ tag, fromUs, toUs }, signal) =>
      readDocument(reader, { op: 'prove', tag, fromUs, toUs }, signal),
    verify: (signal) => readDocument(reader, { op: 'verify' }, signal),
    head: (sinceSize, signal) => readHead(reader, sinceSize, signal),
    backup: (directory, signal) => followBackup(reader, directory, signal),
    noteBoot: (boot) => reader.noteBoot(boot),
    close: () => subscription.close(),
  }
}

async function readProducers(
  reader: Reader,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ProducerState[]> {
  const states: ProducerState[] = []
  for (let first = 0; first < names.length; first += PRODUCERS_PER_REQUEST) {
    const wanted = names.slice(first, first + PRODUCERS_PER_REQUEST)
    const from = () => ({ op: 'producers', producers: wanted.slice(states.length - first) })
    for await (const { head } of reader.pages({ from, cursor: '', signal })) {
      states.push(...(head.producers ?? []))
    }
  }
  return states
}

async function* readLog(reader: Reader, query: LogQuery): AsyncGenerator<LogPart> {
  const from = (cursor: string) => ({
    op: 'log',
    afterLsn: Number(cursor),
    body: query.body,
    credit: CREDIT_PAGES,
  })
  for await (const { head, frames } of reader.pages({
    from,
    cursor: String(query.afterLsn),
    signal: query.signal,
  })) {
    const lsns = head.lsns ?? []
    yield {
      frames: frames.map((bytes, index) => ({ lsn: lsns[index] ?? 0, bytes })),
      readLsn: Number(head.cursor),
      headLsn: head.headLsn,
      sealedLsn: head.sealedLsn ?? 0,
    }
  }
}

async function* readRange(reader: Reader, query: RangeQuery): AsyncGenerator<SampleFrame> {
  const { tags, fromUs = null, toUs = null, part, signal } = query
  const from = (cursor: string) => ({
    op: 'range',
    tags,
    fromUs,
    toUs,
    cursor,
    credit: CREDIT_PAGES,
    // Left out where it says nothing: a historian of before knows no such field.
    ...(part && { part }),
  })
  for await (const { frames } of reader.pages({ from, cursor: '', signal })) {
    for (const bytes of frames) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') yield frame
    }
  }
}

async function* readTags(
  reader: Reader,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly TagBounds[]> {
  const from = (cursor: string) => ({ op: 'tags', afterTag: cursor, credit: CREDIT_PAGES })
  for await (const { head } of reader.pages({ from, cursor: '', signal })) yield head.tags ?? []
}

async function* readDocument(
  reader: Reader,
  question: JsonObject,
  signal: AbortSignal | undefined,
): AsyncGenerator<LongAnswer> {
  const from = (cursor: string) => ({ ...question, cursor, credit: CREDIT_PAGES })
  for await (const { head, frames } of reader.pages({ from, cursor: '', signal })) {
    yield { bytes: frames[0], done: head.done ?? 0 }
  }
}

async function readHead(
  reader: Reader,
  sinceSize: number,
  signal: AbortSignal | undefined,
): Promise<PresentHead> {
  const from = () => ({ op: 'head', sinceSize })
  for await (const { frames } of reader.pages({ from, cursor: '', signal })) {
    return PresentHead.parse(JSON.parse(Buffer.from(frames[0] ?? []).toString()))
  }
  throw new Error('an answer has ended before its first page')
}
async function* followBackup(
  reader: Reader,
  directory: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<NonNullable<ReplyHead['backup']>> {
  // Asked again, it is followed where it is.
  const from = () => ({ op: 'backup', directory })
  for await (const { head } of reader.pages({ from, cursor: '', signal })) {
    if (head.backup) yield head.backup
  }
}
