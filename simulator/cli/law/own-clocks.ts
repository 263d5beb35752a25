import { readBootId } from '../../../shared/greengrass/boot-id.ts'
import type { ClockReading } from '../../../shared/retention/trusted-time.ts'

/** The clocks of this machine, for what a command does on the store of a stopped gateway. */
export const readClocks = (): ClockReading => ({
  wallUs: Date.now() * 1000,
  monotonicUs: Number(process.hrtime.bigint() / 1000n),
  bootId: readBootId(),
})
