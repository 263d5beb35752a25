import * as z from 'zod'
import { DerivedSamples, DerivedState } from './derived.ts'
import { RuleCounters } from './rules/rule-trail.ts'
import { Settings } from './settings.ts'

/** Of the checkpoint. One of another version is not read: the log is replayed instead, with the same answer. */
const STATE_VERSION = 3

/** Of the cell without which the others are no checkpoint. */
export const HEAD_KEY = 'h'

/** Where outputs stand: log position of the input, and how many of its outputs are out. */
export const OutputPosition = z.object({ lsn: z.number().int().min(0), output: z.number().int().min(0) })
export type OutputPosition = z.output<typeof OutputPosition>

/** The part of an application's state that is neither windows nor detections. */
export const ApplicationHead = z.object({
  v: z.literal(STATE_VERSION),
  lsn: z.number().int(),
  settings: Settings,
  lastOutput: OutputPosition,
  lastDerived: OutputPosition,
  /** Records that a change of settings or a person's order made, to go out with the next frame. */
  carried: z.array(z.string()),
  derived: DerivedState,
  rules: z.record(z.string(), RuleCounters),
  counters: z.object({
    raised: z.number(),
    cleared: z.number(),
    oversized: z.number(),
    unreadable: z.number(),
  }),
})
export type ApplicationHead = z.output<typeof ApplicationHead>

const START: OutputPosition = { lsn: 0, output: 0 }

/** Before the first frame of the log. */
export const createHead = (settings: Settings): ApplicationHead => ({
  v: STATE_VERSION,
  lsn: 0,
  settings,
  lastOutput: START,
  lastDerived: START,
  carried: [],
  derived: new DerivedSamples().state(),
  rules: {},
  counters: { raised: 0, cleared: 0, oversized: 0, unreadable: 0 },
})
