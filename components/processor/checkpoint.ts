import { decodeText, encodeText } from '../../shared/bytes/text.ts'
import type { Cell } from '../../shared/checkpoint/cell.ts'
import type { Log } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import { Application, type Maker } from '../../shared/processing/application.ts'
import { HEAD_KEY } from '../../shared/processing/application-head.ts'
import type { Settings } from '../../shared/processing/settings.ts'
import type { KeyValueStore, StoreOperation } from '../../shared/store/store.ts'

/** Read back in pages of this size. */
const PAGE = { maxEntries: 4096, maxBytes: 1 << 20 }

async function readCheckpoint(store: KeyValueStore): Promise<Cell[]> {
  const cells: Cell[] = []
  for (let after: Uint8Array | undefined; ; ) {
    const page = await store.page(after === undefined ? {} : { gt: after }, PAGE)
    const last = page.at(-1)
    if (last === undefined) return cells
    cells.push(...page.map(({ key, value }) => ({ key: decodeText(key) ?? '', text: decodeText(value) })))
    after = last.key
  }
}

/**
 * Continues from the checkpoint on disk, under the settings it was made with. One that cannot be read, because
 * another version wrote it, is dropped: the log is then processed from its beginning, with the same answer.
 */
export async function restore(
  store: KeyValueStore,
  maker: Maker,
  settings: Settings,
  log: Log,
): Promise<Application> {
  const cells = await readCheckpoint(store)
  try {
    if (cells.length === 0 || cells.some(({ key }) => key === HEAD_KEY)) {
      return new Application(maker, settings, cells)
    }
  } catch (error) {
    log.warn(
      { error: describeError(error) },
      'the checkpoint cannot be read; processing the log from its beginning',
    )
  }
  await dropCheckpoint(store)
  return new Application(maker, settings)
}

/** The head goes first: whatever a death in between leaves is no checkpoint without it. */
export async function dropCheckpoint(store: KeyValueStore): Promise<void> {
  await store.batch([{ type: 'del', key: encodeText(HEAD_KEY) }], { sync: true })
  await store.clear({})
}

/**
 * Changes that are not on disk yet, by key. They stay when a write fails, so the next one brings the disk from
 * any earlier checkpoint to the newest state in one batch.
 */
export class CheckpointWriter {
  readonly #store: KeyValueStore
  readonly #waiting = new Map<string, string | undefined>()

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** Takes the state of this moment. */
  gather(application: Application): void {
    for (const { key, text } of application.takeCells()) this.#waiting.set(key, text)
  }

  /** @throws StoreError; everything gathered waits for the next call */
  async write(): Promise<void> {
    const written = [...this.#waiting]
    const operations = written.map(([key, text]): StoreOperation => {
      if (text === undefined) return { type: 'del', key: encodeText(key) }
      return { type: 'put', key: encodeText(key), value: encodeText(text) }
    })
    await this.#store.batch(operations, { sync: true })
    for (const [key, text] of written) if (this.#waiting.get(key) === text) this.#waiting.delete(key)
  }
}
