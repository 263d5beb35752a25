import type { KeyValueStore } from '../../store/store.ts'
import type { ChunkPlace } from '../keys.ts'
import { type Quarantined, quarantineEntry } from '../quarantine.ts'
import type { RepairReport, TagLoss } from './report.ts'

const NAMED_MAX = 1000

/** What a repair comes upon, while it goes on. */
export class Findings {
  readonly #target: KeyValueStore
  readonly #rebuilt = new Set<string>()
  readonly quarantined: { where: string; what: string }[] = []
  quarantinedCount = 0
  readonly losses: TagLoss[] = []
  readonly lostLsns = new Set<number>()
  /** Earliest time of the chunks that were put aside, by the id of their tag. */
  readonly lostChunks = new Map<number, number>()

  constructor(target: KeyValueStore) {
    this.#target = target
  }

  get rebuilt(): RepairReport['rebuilt'] {
    return [...this.#rebuilt]
  }

  rebuild(what: string): void {
    if (this.#rebuilt.size < NAMED_MAX) this.#rebuilt.add(what)
  }

  lose(loss: TagLoss): void {
    if (this.losses.length < NAMED_MAX) this.losses.push(loss)
  }

  loseChunk({ tagId, minTimeUs }: ChunkPlace): void {
    this.lostChunks.set(tagId, Math.min(minTimeUs, this.lostChunks.get(tagId) ?? minTimeUs))
  }

  async quarantine(key: Uint8Array, entry: Quarantined): Promise<void> {
    const { where, what } = entry
    this.quarantinedCount += 1
    if (this.quarantined.length < NAMED_MAX) this.quarantined.push({ where, what })
    await this.#target.batch([{ type: 'put', ...quarantineEntry(key, entry) }], { sync: false })
  }
}
