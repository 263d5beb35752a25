import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { SealLimits } from '../../../shared/journal/limits.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import type { KeyValueStore, StoreEntry } from '../../../shared/store/store.ts'
import { column, producerOf } from './frames.ts'

/** Small runs and chunks, so that a few frames make many of both. */
export const SMALL_SEALS: SealLimits = { runSamples: 60, runFrames: 7, blockSamples: 64, chunkSamples: 50 }

const TAGS = ['line/a', 'line/b'] as const
const SAMPLES = 10

/**
 * Frames of a journal that has keys of every kind: two tags by turns, records now and then, and one wide frame of nine
 * tags; a second apart. The same for the same numbers.
 */
export function framesFrom(first: number, count: number): Uint8Array[] {
  const sources = { p: producerOf('p', first + 1), q: producerOf('q', first + 1) }
  return Array.from({ length: count }, (_, k) => frameAt(first + k, sources))
}

function frameAt(i: number, { p, q }: Record<'p' | 'q', ReturnType<typeof producerOf>>): Uint8Array {
  const points = Array.from({ length: SAMPLES }, (_, k) => {
    const at = i * SAMPLES + k
    return [at * 1_000_000, Math.sin(at)] as const
  })
  if (i % 5 === 4) return q.records(JSON.stringify({ type: 'summary', id: `summary-${i}` }))
  if (i % 7 === 3) return p.samples(Array.from({ length: 9 }, (_, k) => column(`wide/${k}`, points)))
  return p.samples([column(TAGS[i % 2] ?? 'line/a', points)])
}

/** Appends the frames one by one, a minute apart, and seals now and then, up to a log position. */
export async function fill(
  journal: Journal,
  frames: readonly Uint8Array[],
  sealUntilLsn: number,
): Promise<void> {
  for (const [index, frame] of frames.entries()) {
    await journal.append([frame])
    if (index % 3 === 0) await journal.seal(Math.min(sealUntilLsn, journal.headLsn))
  }
  while (await journal.seal(sealUntilLsn)) {
    // As many runs as it takes.
  }
}

/** A journal that has received a frame a minute. */
export async function openSmall(store: KeyValueStore): Promise<Journal> {
  let receivedUs = 1_700_000_000_000_000
  return openJournal(store, {
    sealLimits: SMALL_SEALS,
    receivedUs: () => {
      receivedUs += 60_000_000
      return receivedUs
    },
  })
}

/** 40 frames, of which 30 are sealed. */
export async function fillSmall(store: KeyValueStore): Promise<Journal> {
  const journal = await openSmall(store)
  await fill(journal, framesFrom(0, 40), 30)
  return journal
}

/** Every sample as text, in the order of a range read. */
export async function samplesOf(journal: Pick<Journal, 'range'>): Promise<string[]> {
  const samples: string[] = []
  for await (const { bytes } of journal.range({ tags: [], fromUs: null, toUs: null, cursor: '' })) {
    const frame = decodeFrame(bytes)
    for (const { tag, timesUs, data } of frame.body === 'samples' ? frame.columns : []) {
      for (const [i, timeUs] of timesUs.entries()) samples.push(`${tag} ${timeUs} ${data.values[i]}`)
    }
  }
  return samples
}

export const everything = (store: KeyValueStore): Promise<readonly StoreEntry[]> =>
  store.page({}, { maxEntries: 1e6, maxBytes: 1e9 })

/** With one bit that is another. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8) % bytes.length
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8))
  return changed
}
