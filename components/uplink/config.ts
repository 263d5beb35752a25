import * as z from 'zod'
import { bytes, durationMs } from '../../shared/component/config-types.ts'

export const UplinkConfig = z.object({
  /**
   * Topic and payload of one message. IoT Core meters messages in steps of 5 KB, so a little less than one step is
   * the cheapest size; above 7,000 bytes a message no longer fits through nucleus lite.
   */
  messageBytesMax: bytes({ min: 1000, max: 7000 }).prefault(5000),
  /** How long a record waits for others to share its message. */
  flushAfter: durationMs.prefault('1s'),
  /** Pause after a refusal; doubles up to the longest while the link stays down. */
  retryFirst: durationMs.prefault('1s').refine((ms) => ms >= 100, 'at least 100ms'),
  retryMax: durationMs.prefault('30s').refine((ms) => ms >= 100, 'at least 100ms'),
})
export type UplinkConfig = z.output<typeof UplinkConfig>
