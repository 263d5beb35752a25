import { existsSync } from 'node:fs'
import { decodeFrame } from '../../shared/frame/decode.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import { CliError } from './errors.ts'
import type { StateDirectory } from './state-directory.ts'

export interface HistoryQuery {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive. */
  readonly fromUs: number | undefined
  /** Exclusive. */
  readonly toUs: number | undefined
}

/**
 * Reads the store of a stopped gateway, in bounded memory.
 * @throws CliError `GENBA_STATE_MISSING` when nothing was stored; StoreError `GENBA_STORE_LOCKED` when it is in use
 */
export async function* readStoppedHistory(
  { historianStore, path }: StateDirectory,
  { tags, fromUs, toUs }: HistoryQuery,
): AsyncGenerator<SampleFrame> {
  if (!existsSync(historianStore)) {
    throw new CliError('GENBA_STATE_MISSING', 'this gateway has stored nothing yet', { where: path })
  }
  const journal = await openJournal(await openLevelStore(historianStore))
  try {
    const query = { tags, fromUs: fromUs ?? null, toUs: toUs ?? null, cursor: '' }
    for await (const { bytes } of journal.range(query)) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') yield frame
    }
  } finally {
    await journal.close()
  }
}
