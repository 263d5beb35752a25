import { createHash } from 'node:crypto'
import { signedText } from '../../../shared/evidence/format.ts'
import type { EvidenceQuestion } from '../../../shared/evidence/material.ts'
import { proveTag } from '../../../shared/evidence/prove.ts'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { signingKeyFromSeed } from '../../../shared/proof/signing-key.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { column, producerOf } from '../journal/frames.ts'

export const KEY = signingKeyFromSeed(new Uint8Array(32).fill(7))
export const OTHER_KEY = signingKeyFromSeed(new Uint8Array(32).fill(8))
export const MAKER = { key: KEY, log: 'gateway/historian', nowUs: 1_800_000_000_000_000 }

const LIMITS = { runSamples: 40, runFrames: 5, blockSamples: 64, chunkSamples: 20 }

/** Frames of ten samples a second each of `line/a`, with `line/b` beside it, of which some are sealed. */
export async function filledJournal(frames = 12, sealed = 6): Promise<Journal> {
  const journal = await openJournal(createMemoryDisk().open(), {
    sealLimits: LIMITS,
    receivedUs: () => 1_700_000_000_000_000,
  })
  const p = producerOf('p')
  for (let i = 0; i < frames; i += 1) {
    const points = Array.from({ length: 10 }, (_, k) => [i * 10 + k, Math.sin(i * 10 + k)] as const)
    await journal.append([p.samples([column('line/a', points), column('line/b', [[i * 10, i]])])])
  }
  while (await journal.seal(sealed)) {
    // As many runs as it takes.
  }
  return journal
}

export const ALL: EvidenceQuestion = { tag: 'line/a', fromUs: null, toUs: null }

export async function evidenceOf(journal: Journal, question = ALL, maker = MAKER): Promise<Uint8Array> {
  const lines: Uint8Array[] = []
  for await (const line of proveTag(question, journal.proving.evidence(question), maker)) lines.push(line)
  return Uint8Array.from(Buffer.concat(lines))
}

export const check = (bytes: Uint8Array) => verifyEvidence(bytes, { publicKey: KEY.publicKey })

/** Every reason of every check that failed. */
export const reasonsOf = (bytes: Uint8Array): readonly string[] =>
  check(bytes).checks.flatMap(({ reasons }) => reasons)

type Point = readonly [timeUs: number, quality: number, value: unknown]

/** Samples by time; those of one time in the order given. */
export const pointsOf = (columns: readonly Column[]): readonly Point[] =>
  columns
    .flatMap(({ timesUs, quality, data }) =>
      [...timesUs].map((timeUs, i): Point => [timeUs, quality[i] ?? 0, data.values[i]]),
    )
    .sort(([a], [b]) => a - b)

export async function storedPoints(journal: Journal, question: EvidenceQuestion): Promise<readonly Point[]> {
  const { tag, fromUs, toUs } = question
  const columns: Column[] = []
  for await (const { bytes } of journal.range({ tags: [tag], fromUs, toUs, cursor: '' })) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') columns.push(...frame.columns)
  }
  return pointsOf(columns)
}

/** The lines of a file, changed and signed again by a key: what only its owner can do. */
export function forge(bytes: Uint8Array, change: (lines: unknown[]) => unknown[], key = KEY): Uint8Array {
  const lines = Buffer.from(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line))
  const body = change(lines)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
  const sha256 = createHash('sha256').update(body).digest('hex')
  const signature = Buffer.from(key.sign(signedText(sha256, key.keyId))).toString('hex')
  const last = JSON.stringify({ kind: 'signature', sha256, keyId: key.keyId, signature })
  return Uint8Array.from(Buffer.from(`${body}${last}\n`))
}
