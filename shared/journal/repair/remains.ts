import { entriesOf } from '../../store/entries.ts'
import type { ReadableStore } from '../../store/store.ts'
import { decodeChecked } from '../checked-json.ts'
import { JournalError } from '../errors.ts'
import {
  LAW_KEY,
  lsnOf,
  OBSERVED_KEY,
  PRODUCER_KEYS,
  PROOF_START_KEY,
  SEALING_KEY,
  TAG_KEYS,
  TOTALS_KEY,
} from '../keys.ts'
import { decodeLaw, type LawState } from '../law-state.ts'
import { OPEN_PAGE_BYTES, OPEN_PAGE_ENTRIES } from '../limits.ts'
import { decodeObserved, type Observed } from '../observed.ts'
import { decodeSealing, type Sealing } from '../sealing.ts'
import type { Producer } from '../state.ts'
import { decodeTag, type Tag } from '../tag.ts'
import type { JournalTotals } from '../totals.ts'
import type { Findings } from './findings.ts'

const PAGE = { maxEntries: OPEN_PAGE_ENTRIES, maxBytes: OPEN_PAGE_BYTES }

/** The values of a damaged journal that can be read; undefined is what cannot, or was never there. */
export interface Remains {
  readonly totals: JournalTotals | undefined
  readonly sealing: Sealing | undefined
  readonly law: LawState | undefined
  readonly observed: Observed | undefined
  readonly proofStartLsn: number
  readonly producers: ReadonlyMap<string, Producer>
  /** Names of producers whose state cannot be read. */
  readonly lostProducers: readonly string[]
  readonly tags: ReadonlyMap<string, Tag>
}

export async function readRemains(store: ReadableStore, findings: Findings): Promise<Remains> {
  const producers = new Map<string, Producer>()
  const lostProducers: string[] = []
  for await (const { key, value } of entriesOf(store, PRODUCER_KEYS, PAGE)) {
    const name = nameIn(key)
    const producer = tryRead(() => decodeChecked(value, name) as Producer)
    // The value has its name, too, whatever became of the key.
    if (producer !== undefined) producers.set(producer.producer, producer)
    else lostProducers.push(name)
  }
  const tags = new Map<string, Tag>()
  for await (const { key, value } of entriesOf(store, TAG_KEYS, PAGE)) {
    const tag = tryRead(() => decodeTag(nameIn(key), value))
    if (tag !== undefined) tags.set(tag.tag, tag)
  }
  const start = await store.get(PROOF_START_KEY)
  const read = async <T>(key: Uint8Array, name: string, decode: (bytes: Uint8Array) => T) => {
    const value = await store.get(key)
    const decoded = value && tryRead(() => decode(value))
    if (value !== undefined && decoded === undefined) findings.rebuild(name)
    return decoded
  }
  return {
    totals: await read(TOTALS_KEY, 'the totals', (bytes) => decodeChecked(bytes, '') as JournalTotals),
    sealing: await read(SEALING_KEY, 'the figures of sealing', decodeSealing),
    observed: await read(
      OBSERVED_KEY,
      'what was observed of clocks and disk: the clock has to be confirmed again',
      decodeObserved,
    ),
    law: await read(LAW_KEY, 'the law: it is lost, and has to be given again', decodeLaw),
    proofStartLsn: start?.length === 8 ? lsnOf(start) : 1,
    producers,
    lostProducers,
    tags,
  }
}

export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof JournalError) return undefined
    throw error
  }
}

const nameIn = (key: Uint8Array) => Buffer.from(key.subarray(1)).toString()
