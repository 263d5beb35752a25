import * as z from 'zod'
import { TagCell, TagGap, TagReduction, TagStatistics } from './read-reply.ts'

/** A log position of the historian: 1, 2, 3 …; 0 stands before the first. */
const Lsn = z.number().int().min(0)

const Base = {
  v: z.literal(1),
  /** Correlates the answers. */
  id: z.number().int(),
  /** Topic of the answers. */
  replyTo: z.string().max(256),
}

/** What does the historian hold of these producers? Answered by one JSON reply: `ProducerState[]`. */
const ProducersRequest = z.object({
  ...Base,
  op: z.literal('producers'),
  producers: z.array(z.string()).max(256),
})

/** Frames as journaled, from a log position on. Answered by up to `credit` pages of whole frames. */
const LogRequest = z.object({
  ...Base,
  op: z.literal('log'),
  afterLsn: Lsn,
  body: z.enum(['any', 'samples', 'records', 'audit']),
  credit: z.number().int().min(1).max(64),
})

/**
 * Samples of some tags in a time range, sorted by tag, then time, then order of arrival. Answered by up to
 * `credit` pages, each one encoded sample frame; `cursor` continues where an earlier page ended.
 */
const RangeRequest = z.object({
  ...Base,
  op: z.literal('range'),
  /** MQTT-style filters (`line1/+/temperature`, `line1/#`); empty means every tag. */
  tags: z.array(z.string().max(512)).max(64),
  /** Inclusive; null is open. */
  fromUs: z.number().nullable(),
  /** Exclusive; null is open. */
  toUs: z.number().nullable(),
  cursor: z.string().max(2048),
  /** Of chunks alone, or of the log alone. */
  part: z.enum(['sealed', 'unsealed']).optional(),
  credit: z.number().int().min(1).max(64),
})

/** Every tag with its bounds and counts, paged by name. */
const TagsRequest = z.object({
  ...Base,
  op: z.literal('tags'),
  afterTag: z.string().max(512),
  credit: z.number().int().min(1).max(64),
})

/** What reads of many tags have in common: `cursor` continues behind an earlier outcome. */
const TagsRead = {
  ...Base,
  /** As in `range`. */
  tags: z.array(z.string().max(512)).max(64),
  fromUs: z.number().nullable(),
  toUs: z.number().nullable(),
  cursor: z.string().max(2048),
  credit: z.number().int().min(1).max(64),
}

/** Figures of each tag over the range. */
const StatisticsRequest = z.object({ ...TagsRead, op: z.literal('statistics'), everySample: z.boolean() })

/** Figures of each tag and cell of time. */
const CellsRequest = z.object({ ...TagsRead, op: z.literal('cells'), widthUs: z.number().int().min(1) })

/** Stretches of each tag in which no sample came. */
const GapsRequest = z.object({ ...TagsRead, op: z.literal('gaps'), longerThanUs: z.number().int().min(1) })

/** Stretches of each tag in which samples are gone and rollups are left. */
const ReducedRequest = z.object({ ...TagsRead, op: z.literal('reduced') })

/** The newest sample of each tag, a frame each. */
const LastRequest = z.object({ ...TagsRead, op: z.literal('last') })

/** Points by which each tag is drawn, in frames. */
const PictureRequest = z.object({
  ...TagsRead,
  op: z.literal('picture'),
  pointsMax: z.number().int().min(8).max(16_384),
  method: z.enum(['m4', 'lttb']),
})

/**
 * An evidence file, made once and given in parts. While it is made, pages without parts say how far that is. Answered by
 * up to `credit` pages; `cursor` continues where an earlier page ended, and '' begins.
 */
const ProveRequest = z.object({
  ...Base,
  op: z.literal('prove'),
  tag: z.string().max(512),
  /** Inclusive; null is open. */
  fromUs: z.number().nullable(),
  /** Exclusive; null is open. */
  toUs: z.number().nullable(),
  cursor: z.string().max(64),
  credit: z.number().int().min(1).max(64),
})

/** Everything that is stored is checked; answered as `prove`, with the JSON of a `JournalVerification`. */
const VerifyRequest = z.object({
  ...Base,
  op: z.literal('verify'),
  cursor: z.string().max(64),
  credit: z.number().int().min(1).max(64),
})

/** The head of the Merkle log as it is now; answered by one page with the JSON of a `PresentHead`. */
const HeadRequest = z.object({
  ...Base,
  op: z.literal('head'),
  /** Leaves of an earlier head, which the present one is to be shown to continue. */
  sinceSize: z.number().int().min(0),
})

/** A backup into a directory of the gateway, empty or with an earlier one. Answered by pages until it has ended. */
const BackupRequest = z.object({
  ...Base,
  op: z.literal('backup'),
  /** Absolute. */
  directory: z.string().min(1).max(4096),
})

export const HistorianRequest = z.discriminatedUnion('op', [
  ProducersRequest,
  LogRequest,
  RangeRequest,
  TagsRequest,
  StatisticsRequest,
  CellsRequest,
  GapsRequest,
  ReducedRequest,
  LastRequest,
  PictureRequest,
  ProveRequest,
  VerifyRequest,
  HeadRequest,
  BackupRequest,
])
export type HistorianRequest = z.output<typeof HistorianRequest>

/** What the historian holds of one producer. */
export const ProducerState = z.object({
  producer: z.string(),
  /** -1 for both when nothing is held. */
  epoch: z.number().int(),
  sequence: z.number().int(),
  /** Of the newest frame that carries one; frames with an empty position leave it as it is. */
  position: z.string(),
  frameCount: z.number().int(),
  sampleCount: z.number().int(),
  recordCount: z.number().int(),
})
export type ProducerState = z.output<typeof ProducerState>

export const BackupProgress = z.object({
  phase: z.enum(['checking', 'copying', 'proving']),
  /** Frames and chunks checked or proven, or entries compared. */
  count: z.number(),
})
export type BackupProgress = z.output<typeof BackupProgress>

/** What a backup says of itself; see `shared/journal/backup`. */
export const BackupManifest = z.object({
  /** Of the journal. */
  format: z.number(),
  /** Whose log it is, such as `press-line-gateway/historian`. */
  log: z.string(),
  /** Size and root of the Merkle log, in hexadecimal digits. */
  leaves: z.number(),
  rootHash: z.string(),
  frames: z.number(),
  chunks: z.number(),
  samples: z.number(),
  /** When it was begun; microseconds since 1970 UTC. */
  madeAtUs: z.number(),
})
export type BackupManifest = Readonly<z.output<typeof BackupManifest>>

/** What a backup has come to, proven, and what its run did for it. */
export const BackupReport = BackupManifest.extend({
  /** Entries of the store. */
  written: z.number(),
  writtenBytes: z.number(),
  removed: z.number(),
  /** Written over another value. */
  mended: z.number(),
})
export type BackupReport = Readonly<z.output<typeof BackupReport>>

/** The first part of every reply; a body of bytes may follow (see `reply.ts`). */
export const ReplyHead = z.object({
  v: z.literal(1),
  id: z.number().int(),
  /** 0, 1, 2 … within the request: a gap means that a page was lost, and the client asks again from its cursor. */
  page: z.number().int(),
  /** True on the last page of this credit. */
  last: z.boolean(),
  /** True when nothing is left beyond this page. */
  end: z.boolean(),
  /** Continues after this page: a log position in `log`, opaque text in `range`, a tag in `tags`. */
  cursor: z.string(),
  /** The newest log position when the page was made. */
  headLsn: Lsn,
  /** In `log`: the position of each frame in the body. */
  lsns: z.array(Lsn).optional(),
  /** In `log`: frames with samples up to here are not given any more, their samples are read by `range`. */
  sealedLsn: Lsn.optional(),
  /** In `prove` and `verify`, while the answer is made: what is done of it, in bytes, or in frames and chunks. */
  done: z.number().int().optional(),
  producers: z.array(ProducerState).optional(),
  tags: z
    .array(
      z.object({
        tag: z.string(),
        firstTimeUs: z.number(),
        lastTimeUs: z.number(),
        sampleCount: z.number(),
        /** All that have written it. */
        producers: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  statistics: z.array(TagStatistics).optional(),
  cells: z.array(TagCell).optional(),
  gaps: z.array(TagGap).optional(),
  reduced: z.array(TagReduction).optional(),
  /** In `backup`: how far it is; at the end what it has come to. */
  backup: z.union([BackupProgress, z.object({ report: BackupReport })]).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type ReplyHead = z.output<typeof ReplyHead>
