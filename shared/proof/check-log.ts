import { entriesOf } from '../store/entries.ts'
import type { ReadableStore } from '../store/store.ts'
import { Frontier } from './frontier.ts'
import { hashKey, indexOf, leafRange } from './keys.ts'
import { LEVEL_HEIGHT } from './limits.ts'
import { isHash } from './merkle.ts'

/** What a log comes to when every hash of it is computed anew from its leaves. */
export interface LogCheck {
  readonly size: number
  readonly root: Uint8Array
  /** In plain words, such as "the leaf 7 is missing or no hash". */
  readonly problems: readonly string[]
}

const PAGE = { maxEntries: 1024, maxBytes: 1 << 18 }

/** Reads every hash of the log with this prefix, up to the first leaf that is none. @throws StoreError */
export async function checkProofLog(store: ReadableStore, prefix: number): Promise<LogCheck> {
  const problems: string[] = []
  const frontier = new Frontier()
  for await (const { key, value } of entriesOf(store, leafRange(prefix), PAGE)) {
    if (indexOf(key) !== frontier.size || !isHash(value)) {
      problems.push(`the leaf ${frontier.size} is missing or no hash`)
      break
    }
    const completed: [height: number, index: number, hash: Uint8Array][] = []
    frontier.append(value, (...part) => completed.push(part))
    for (const [height, index, hash] of completed) {
      if (height % LEVEL_HEIGHT !== 0) continue
      const level = height / LEVEL_HEIGHT
      const stored = await store.get(hashKey(prefix, level, index))
      if (stored === undefined || Buffer.compare(stored, hash) !== 0) {
        problems.push(`the hash of part ${index} of level ${level} is not that of its leaves`)
      }
    }
  }
  return { size: frontier.size, root: frontier.root(), problems }
}
