import { decodeText, encodeText } from '../../shared/bytes/text.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'

/**
 * The sources that this collector has read, on its disk: one that is known has samples missing before its next one,
 * and one that is known, not retired and no longer configured has to be retired.
 */
export interface Remembered {
  /** Also when it has been retired: what a source gave while it was away is missing all the same. */
  has(name: string): boolean
  /** Those that are not retired. */
  names(): readonly string[]
  add(name: string): Promise<void>
  retire(name: string): Promise<void>
}

const PREFIX = 'source/'
const ACTIVE = new Uint8Array()
const RETIRED = Uint8Array.of(1)
const RANGE = { gte: encodeText(PREFIX), lt: encodeText('source0') }

/** More sources than are ever configured over a gateway's life. */
const NAMES_MAX = 100_000

/** @throws StoreError */
export async function openRemembered(store: KeyValueStore): Promise<Remembered> {
  const entries = await store.page(RANGE, { maxEntries: NAMES_MAX, maxBytes: Infinity })
  const isActive = new Map(
    entries.map(({ key, value }) => [(decodeText(key) ?? '').slice(PREFIX.length), value.length === 0]),
  )
  const keep = async (name: string, active: boolean) => {
    if (isActive.get(name) === active) return
    const value = active ? ACTIVE : RETIRED
    await store.batch([{ type: 'put', key: encodeText(`${PREFIX}${name}`), value }], { sync: true })
    isActive.set(name, active)
  }
  return {
    has: (name) => isActive.has(name),
    names: () => [...isActive].filter(([, active]) => active).map(([name]) => name),
    add: (name) => keep(name, true),
    retire: (name) => keep(name, false),
  }
}
