import * as z from 'zod'
import { count, durationMs, real } from '../../shared/component/config-types.ts'

/** As many as one core can run of them. */
const COMPONENTS_MAX = 40

const Latency = z.object({
  /** Live data may take so many times as long as when the gateway was last found fit. */
  timesMax: real({ min: 1 }).prefault(2),
  /** Below it nothing is too slow: a commit to a slow card alone may take so long. */
  floor: durationMs.prefault('250ms'),
  /** Fewer live frames are not judged. */
  framesMin: count({ min: 1 }).prefault(20),
  /** So many frames are waited for until then, if any come at all. */
  within: durationMs.prefault('10s'),
})

export const GatewayConfig = z.object({
  /** Each has to report its health. */
  components: z
    .array(z.string().min(1).max(128))
    .max(COMPONENTS_MAX)
    .prefault(['genba.Collector', 'genba.Historian', 'genba.Processor', 'genba.Uplink']),
  /** What is not good by then makes the check fail: enough for a historian that has much to read at its start. */
  within: durationMs.prefault('60s'),
  /** The oldest frame that waits for the historian may be so old. */
  acknowledgedWithin: durationMs.prefault('10s'),
  latency: Latency.prefault({}),
})
export type GatewayConfig = z.output<typeof GatewayConfig>
