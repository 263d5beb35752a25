import { formatDurationUs } from '../../../shared/time/duration.ts'
import type { Random } from '../random.ts'

/** Settings that may change while a component runs, drawn anew each time. */

const SECOND_US = 1_000_000

export const drawHistorianSettings = (random: Random) => ({
  commitInterval: random.pick(['5ms', '20ms', '200ms']),
  batchFramesMax: random.pick([1, 8, 64]),
  intakeBytesMax: random.pick([65_536, 8_000_000]),
  readsAtOnce: random.pick([1, 4]),
})

export const drawUplinkSettings = (random: Random) => ({
  messageBytesMax: random.integer(1500, 7000),
  flushAfter: random.pick(['100ms', '1s', '5s']),
})

export const drawCheckpointEvery = (random: Random) => random.pick(['500ms', '10s', '1m'])

/** @param pace how many times slower everything is than in a run of ten minutes */
export const drawFrameSettings = (random: Random, pace: number) => ({
  frame: { maxBytes: random.pick([2048, 3000, 6000]), maxAge: random.pick(['20ms', '100ms', '1s']) },
  live: { heartbeat: formatDurationUs(Math.round(random.pick([0.5, 1, 5]) * SECOND_US * pace)) },
})

export const drawOutboxBytes = (random: Random) => ({
  memoryBytes: random.pick([4_000, 40_000, 1_000_000]),
  spillBytes: random.pick([30_000, 50_000_000]),
})
