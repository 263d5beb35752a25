import { formatDurationUs } from '../../../shared/time/duration.ts'
import { logUniform } from '../faults.ts'
import type { Random } from '../random.ts'
import { drawMachineFile, type MachineFile } from './machine-file.ts'
import type { MachineTraits } from './machine-values.ts'
import {
  drawCheckpointEvery,
  drawFrameSettings,
  drawHistorianSettings,
  drawOutboxBytes,
  drawUplinkSettings,
} from './settings.ts'

/** What one gateway has to do in one run: its machines, its files, and how its components are configured. */
export interface SitePlan {
  readonly files: readonly MachineFile[]
  readonly machines: readonly MachinePlan[]
  /** As in the processor's configuration. */
  readonly windows: readonly WindowPlan[]
  /** The processor is given other windows now and then. */
  readonly changesWindows: boolean
  readonly policy: 'block' | 'shed'
  readonly configurations: Readonly<Record<ComponentKey, object>>
  /** Another valid configuration of a component, with which every promise has to hold as well. */
  readonly reconfigure: (key: ComponentKey, random: Random) => object
}

export type ComponentKey = 'collector' | 'historian' | 'processor' | 'uplink'

export interface WindowPlan {
  readonly name?: string
  readonly tags: readonly string[]
  readonly size: string
  readonly offset: string
  readonly allowedLateness: string
  readonly lateFlush: string
}

export interface MachinePlan {
  readonly name: string
  /** Of its tags; another machine may have the same. */
  readonly prefix: string
  readonly modulePath: string
  readonly periodUs: number
  readonly batchSize: number
  readonly traits: MachineTraits
}

const SECOND_US = 1_000_000
/** A run of ten minutes; longer ones have as many samples, further apart. */
const USUAL_RUN_US = 600 * SECOND_US
/** Of a file; `more` in a run of ten minutes. */
const ROWS = { least: 60, more: 340 }

export function drawSite(random: Random, faultyUs: number): SitePlan {
  const pace = Math.max(1, faultyUs / USUAL_RUN_US)
  const rowsMost = ROWS.least + Math.round(ROWS.more * Math.min(1, faultyUs / USUAL_RUN_US))
  const fileCount = random.integer(0, 2)
  const machineCount = random.integer(fileCount === 0 ? 1 : 0, 2)
  const files = Array.from({ length: fileCount }, (_, index) =>
    drawMachineFile(random.fork(`file-${index}`), `line${index}`, random.integer(ROWS.least, rowsMost)),
  )
  const machines = Array.from({ length: machineCount }, (_, index) => drawMachine(random, index, pace))
  const rules = random.chance(0.5) ? drawRules(random) : []
  // What rules derive has no end: a late sample that waited for its watermark could wait for ever.
  const lateFlush = rules.length === 0 ? '1s' : '0s'
  const windows = drawWindows(random, files, machines, lateFlush)
  const detections = random.chance(0.7) ? drawDetections(random) : []
  const changesWindows = random.chance(0.15)
  const policy = random.chance(0.2) ? 'shed' : 'block'
  const fileSources = files.map((file, index) => drawFileSource(random, file, { index, faultyUs }))
  const machineSources = machines.map(({ name, modulePath }) => ({
    type: 'plugin',
    name,
    module: modulePath,
    priority: random.integer(0, 9),
  }))
  const sources = [...fileSources, ...machineSources]
  const outbox = { ...drawOutboxBytes(random), policy }

  const draw: Record<ComponentKey, (random: Random) => object> = {
    collector: (stream) => ({
      sources: someOf(stream, sources),
      outbox,
      ...drawFrameSettings(stream, pace),
    }),
    historian: drawHistorianSettings,
    processor: (stream) => ({
      windows: changesWindows ? drawWindows(stream, files, machines, lateFlush) : windows,
      detections,
      rules,
      checkpointEvery: drawCheckpointEvery(stream),
    }),
    uplink: drawUplinkSettings,
  }
  return {
    files,
    machines,
    windows,
    changesWindows,
    policy,
    configurations: {
      collector: { ...draw.collector(random), sources },
      historian: draw.historian(random),
      processor: { ...draw.processor(random), windows },
      uplink: draw.uplink(random),
    },
    reconfigure: (key, stream) => draw[key](stream),
  }
}

/** All sources, or all but one: it is ended, and comes back with a later configuration. */
function someOf(random: Random, sources: readonly object[]): readonly object[] {
  const left = random.chance(0.4) ? random.integer(0, sources.length - 1) : -1
  return sources.filter((_, index) => index !== left)
}

function drawMachine(random: Random, index: number, pace: number): MachinePlan {
  const traits = {
    channelCount: random.pick([0, 0, 0, 3, 60]),
    noteLength: random.pick([0, 0, 0, 20, 400]),
    isOdd: random.chance(0.3),
  }
  // Wide machines are slower: a run is to find faults between events, not to compute many samples.
  const width = 1 + traits.channelCount / 6
  return {
    name: `press${index}`,
    prefix: random.chance(0.3) ? 'press0' : `press${index}`,
    modulePath: `/modules/press${index}.mjs`,
    periodUs: Math.round(logUniform(random, 0.2, 2) * SECOND_US * pace * width),
    batchSize: random.pick([1, 1, 4, 10]),
    traits,
  }
}

function drawFileSource(
  random: Random,
  file: MachineFile,
  site: { index: number; faultyUs: number },
): object {
  return {
    type: 'csv',
    name: `line${site.index}`,
    path: file.path,
    speed: random.chance(0.3) ? 'max' : speedToLast(file, site.faultyUs * random.fraction()),
    outOfOrderness: random.pick(['0s', formatDurationUs(3 * file.periodUs), '1h']),
  }
}

/** How many times faster than its own time a file is replayed to last about so long. */
function speedToLast(file: MachineFile, lastUs: number): number {
  const spanUs = file.rows.length * file.periodUs
  return Math.max(1, Math.round(spanUs / Math.max(lastUs, SECOND_US)))
}

function drawWindows(
  random: Random,
  files: readonly MachineFile[],
  machines: readonly MachinePlan[],
  lateFlush: string,
): WindowPlan[] {
  const ofFiles = files.map((file, index) => ({
    tags: [`line${index}/#`],
    size: formatDurationUs(file.periodUs * random.pick([2, 3, 10, 50])),
    offset: formatDurationUs(random.pick([0, 1000])),
    allowedLateness: formatDurationUs(file.periodUs * random.pick([0, 1, 5, 30])),
  }))
  const ofMachines = machines.map(({ prefix, periodUs }) => ({
    tags: [`${prefix}/#`],
    size: formatDurationUs(Math.max(1000, periodUs * random.pick([5, 20, 100]))),
    offset: formatDurationUs(random.pick([0, 1000])),
    allowedLateness: random.pick(['0s', '10s', '10m']),
  }))
  // Two may come out with one size, and then the size is no name.
  return [...ofFiles, ...ofMachines].map((window, index) => ({
    ...window,
    name: `${index}-${window.size}-${window.offset}`,
    lateFlush,
  }))
}

const drawDetections = (random: Random): object[] => [
  {
    type: 'threshold',
    name: 'hot',
    tags: ['+/temperature'],
    above: 80,
    hysteresis: 5,
    hold: random.pick(['0s', '5s', '10m']),
  },
  { type: 'threshold', name: 'weak', tags: ['+/current'], below: 20, hysteresis: 2, hold: '0s' },
]

/** One rule of each kind whose outputs go into the log. */
const drawRules = (random: Random): object[] => [
  {
    name: 'double',
    sql: "SELECT value * 2 AS value FROM '+/temperature' WHERE value > 70",
    // Below the tag, so that the same windows hold it.
    actions: [{ type: 'derive', tag: `${filled('topic(1)')}/doubled` }],
  },
  {
    name: 'warm',
    sql: "SELECT value, quality FROM '+/temperature' WHERE value > 78 AND quality <> 'bad'",
    actions: [{ type: 'cloud' }, { type: 'alarm', severity: random.pick(['info', 'critical']) }],
  },
  {
    name: 'average',
    sql: `SELECT mean(value) AS mean, count() AS n FROM '#' WHERE value > 10 GROUP BY tag, TUMBLE(${random.pick(['5s', '1m', '1h'])})`,
    allowedLateness: random.pick(['0s', '10s', '10m']),
    actions: [{ type: 'cloud' }],
  },
]

/** A part of a text that the rule fills in. */
const filled = (expression: string): string => `\${${expression}}`
