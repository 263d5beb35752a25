import * as z from 'zod'
import { decodeText, encodeText } from '../../shared/bytes/text.ts'
import type { Remembered } from '../../shared/fitness/criteria.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'

/** What the gateway was like when it was last found fit. */
export interface Memory {
  readonly remembered: Remembered | undefined
  remember(figures: Remembered): Promise<void>
  close(): Promise<void>
}

const KEY = encodeText('remembered')
const Stored = z.object({ latencyMs: z.number(), version: z.string() })

/** What cannot be read, such as that of a later version, counts as not remembered. @throws StoreError */
export async function openMemory(store: KeyValueStore): Promise<Memory> {
  const bytes = await store.get(KEY)
  return {
    remembered: bytes && read(bytes),
    remember: (figures) =>
      store.batch([{ type: 'put', key: KEY, value: encodeText(JSON.stringify(figures)) }], { sync: true }),
    close: () => store.close(),
  }
}

function read(bytes: Uint8Array): Remembered | undefined {
  try {
    return Stored.safeParse(JSON.parse(decodeText(bytes) ?? '')).data
  } catch {
    return undefined
  }
}
