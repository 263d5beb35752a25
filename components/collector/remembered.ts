import { decodeText, encodeText } from '../../shared/bytes/text.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'

/**
 * The sources that this collector has read, on its disk: one that is known is being restarted, and one that is known
 * and no longer configured has to be retired.
 */
export interface Remembered {
  has(name: string): boolean
  names(): readonly string[]
  add(name: string): Promise<void>
  forget(name: string): Promise<void>
}

const PREFIX = 'source/'
const RANGE = { gte: encodeText(PREFIX), lt: encodeText('source0') }

/** More sources than are ever configured over a gateway's life. */
const NAMES_MAX = 100_000

/** @throws StoreError */
export async function openRemembered(store: KeyValueStore): Promise<Remembered> {
  const entries = await store.page(RANGE, { maxEntries: NAMES_MAX, maxBytes: Infinity })
  const known = new Set(entries.map(({ key }) => (decodeText(key) ?? '').slice(PREFIX.length)))
  const keyOf = (name: string) => encodeText(`${PREFIX}${name}`)
  return {
    has: (name) => known.has(name),
    names: () => [...known],
    async add(name) {
      if (known.has(name)) return
      await store.batch([{ type: 'put', key: keyOf(name), value: new Uint8Array() }], { sync: true })
      known.add(name)
    },
    async forget(name) {
      await store.batch([{ type: 'del', key: keyOf(name) }], { sync: true })
      known.delete(name)
    },
  }
}
