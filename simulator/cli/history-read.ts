import { decodeFrame } from '../../shared/frame/decode.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import type { StateDirectory } from './state-directory.ts'
import { openStoppedJournal } from './stopped-store.ts'

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
 * @throws CliError `GENBA_STATE_MISSING` when nothing was stored; `GENBA_GATEWAY_RUNNING` when it is in use
 */
export async function* readStoppedHistory(
  state: StateDirectory,
  { tags, fromUs, toUs }: HistoryQuery,
): AsyncGenerator<SampleFrame> {
  const journal = await openStoppedJournal(state)
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
