import * as z from 'zod'
import { WAY_NAMES } from './way-name.ts'

/** What a process of one way is started with, as the text of its only argument. */
export const WayTask = z.object({
  way: z.enum(WAY_NAMES),
  /** Samples of one tag in one frame. */
  columnSamples: z.number(),
  samples: z.number(),
})
export type WayTask = z.output<typeof WayTask>

/** Passes over all frames. */
export const Round = z.object({
  /** For one pass, of all threads of the process. */
  cpuUs: z.number(),
  totals: z.object({
    windows: z.number(),
    count: z.number(),
    mean: z.number(),
    variance: z.number(),
    min: z.number(),
    max: z.number(),
  }),
})
export type Round = z.output<typeof Round>
