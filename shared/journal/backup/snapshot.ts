import { indexOf } from '../../proof/keys.ts'
import { TILE_HASHES } from '../../proof/limits.ts'
import { entriesOf } from '../../store/entries.ts'
import type { KeyRange, KeyValueStore, PageLimits, ReadableStore, StoreEntry } from '../../store/store.ts'
import { KindRange, WRITTEN_ONCE } from '../key-kinds.ts'
import { BACKUP_KEY, lsnOf } from '../keys.ts'
import { OPEN_PAGE_BYTES, OPEN_PAGE_ENTRIES } from '../limits.ts'

/** A journal's store as it was at one moment, while appends go on. Only to be read. */
export interface Snapshot {
  readonly store: ReadableStore
  /** Of the kinds of keys that are written more than once. */
  readonly changing: readonly StoreEntry[]
}

interface Moment {
  readonly headLsn: number
  /** Leaves of the Merkle log. */
  readonly leaves: number
}

/**
 * To be called while nothing is written. What is written once needs no copy: what came later is told by its position.
 * The rest (figures, producers, tags) is taken into memory. Sealing must not run as long as the snapshot is used.
 * @throws StoreError
 */
export async function snapshotOf(store: KeyValueStore, moment: Moment): Promise<Snapshot> {
  const changing: StoreEntry[] = []
  const limits = { maxEntries: OPEN_PAGE_ENTRIES, maxBytes: OPEN_PAGE_BYTES }
  for (const range of KindRange.changing) {
    for await (const entry of entriesOf(store, range, limits)) {
      if (Buffer.compare(entry.key, BACKUP_KEY) !== 0) changing.push(entry)
    }
  }
  return { store: new SnapshotView(store, moment, changing), changing }
}

class SnapshotView implements ReadableStore {
  readonly #store: KeyValueStore
  readonly #moment: Moment
  readonly #changing: readonly StoreEntry[]
  readonly #byKey: ReadonlyMap<string, Uint8Array>

  constructor(store: KeyValueStore, moment: Moment, changing: readonly StoreEntry[]) {
    this.#store = store
    this.#moment = moment
    this.#changing = changing
    this.#byKey = new Map(changing.map(({ key, value }) => [hex(key), value]))
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    if (!WRITTEN_ONCE.has(key[0] ?? 0)) return this.#byKey.get(hex(key))
    const value = await this.#store.get(key)
    return value !== undefined && isIn(this.#moment, { key, value }) ? value : undefined
  }

  async page(range: KeyRange, limits: PageLimits): Promise<readonly StoreEntry[]> {
    const kind = (range.gte ?? range.gt)?.[0] ?? 0
    if (!WRITTEN_ONCE.has(kind)) {
      return this.#changing.filter(({ key }) => isInRange(key, range)).slice(0, limits.maxEntries)
    }
    for (let rest = range; ; ) {
      const page = await this.#store.page(rest, limits)
      const wanted = page.filter((entry) => isIn(this.#moment, entry))
      const last = page.at(-1)
      if (wanted.length > 0 || last === undefined) return wanted
      rest = after(rest, last.key)
    }
  }
}

function after({ gte, gt, lt, lte, reverse }: KeyRange, key: Uint8Array): KeyRange {
  if (reverse) return { ...(gte && { gte }), ...(gt && { gt }), lt: key, reverse }
  return { gt: key, ...(lt && { lt }), ...(lte && { lte }) }
}

/** Whether something that is written once was there already. */
function isIn({ headLsn, leaves }: Moment, { key, value }: StoreEntry): boolean {
  switch (WRITTEN_ONCE.get(key[0] ?? 0)) {
    case 'by position':
      return lsnOf(key) <= headLsn
    case 'by value':
      return lsnOf(value) <= headLsn
    case 'by leaf':
      return (indexOf(key) + 1) * TILE_HASHES ** (key[1] ?? 0) <= leaves
    default:
      return true
  }
}

function isInRange(key: Uint8Array, { gte, gt, lt, lte }: KeyRange): boolean {
  return (
    (gte === undefined || Buffer.compare(key, gte) >= 0) &&
    (gt === undefined || Buffer.compare(key, gt) > 0) &&
    (lt === undefined || Buffer.compare(key, lt) < 0) &&
    (lte === undefined || Buffer.compare(key, lte) <= 0)
  )
}

const hex = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
