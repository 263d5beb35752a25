import { formatDurationUs } from '../../../shared/time/duration.ts'
import { logUniform } from '../faults.ts'
import type { Random } from '../random.ts'
import { drawMachineFile, type MachineFile } from './machine-file.ts'

/** What one gateway has to do in one run: its machines, its files, and how its components are configured. */
export interface SitePlan {
  readonly files: readonly MachineFile[]
  readonly machines: readonly MachinePlan[]
  /** As in the processor's configuration. */
  readonly windows: readonly WindowPlan[]
  readonly configurations: Readonly<Record<'collector' | 'historian' | 'processor' | 'uplink', unknown>>
}

export interface WindowPlan {
  readonly tags: readonly string[]
  readonly size: string
  readonly offset: string
  readonly allowedLateness: string
}

export interface MachinePlan {
  readonly name: string
  readonly modulePath: string
  readonly periodUs: number
  readonly batchSize: number
}

const SECOND_US = 1_000_000

/** Short runs have small files and quick machines; a month of them would say nothing more than a minute. */
export function drawSite(random: Random, faultyUs: number): SitePlan {
  const pace = Math.max(1, faultyUs / (600 * SECOND_US))
  const fileCount = random.integer(0, 2)
  const machineCount = random.integer(fileCount === 0 ? 1 : 0, 2)
  const files = Array.from({ length: fileCount }, (_, index) =>
    drawMachineFile(random.fork(`file-${index}`), `line${index}`, random.integer(60, 400)),
  )
  const machines = Array.from({ length: machineCount }, (_, index) => ({
    name: `press${index}`,
    modulePath: `/modules/press${index}.mjs`,
    periodUs: Math.round(logUniform(random, 0.1, 3) * SECOND_US * pace),
    batchSize: random.pick([1, 1, 4, 20]),
  }))
  const windows = drawWindows(random, { files, machines })
  return {
    files,
    machines,
    windows,
    configurations: {
      collector: drawCollector(random, { files, machines, faultyUs, pace }),
      historian: {
        commitInterval: random.pick(['5ms', '20ms', '200ms']),
        batchFramesMax: random.pick([1, 8, 64]),
      },
      processor: { windows, ...drawProcessor(random) },
      uplink: {
        messageBytesMax: random.integer(1500, 5000),
        flushAfter: random.pick(['100ms', '1s', '5s']),
      },
    },
  }
}

function drawCollector(
  random: Random,
  site: Pick<SitePlan, 'files' | 'machines'> & { readonly faultyUs: number; readonly pace: number },
): unknown {
  const fileSources = site.files.map((file, index) => ({
    type: 'csv',
    name: `line${index}`,
    path: file.path,
    speed: random.chance(0.3) ? 'max' : speedToLast(file, site.faultyUs * random.fraction()),
    outOfOrderness: random.pick(['0s', formatDurationUs(3 * file.periodUs), '1h']),
  }))
  const machineSources = site.machines.map(({ name, modulePath }) => ({
    type: 'plugin',
    name,
    module: modulePath,
    options: {},
  }))
  return {
    sources: [...fileSources, ...machineSources],
    frame: { maxBytes: random.pick([2048, 3000, 6000]), maxAge: random.pick(['20ms', '100ms', '1s']) },
    outbox: {
      memoryBytes: random.pick([4_000, 40_000, 1_000_000]),
      spillBytes: 50_000_000,
      policy: 'block',
    },
    live: { heartbeat: formatDurationUs(Math.round(random.pick([0.5, 1, 5]) * SECOND_US * site.pace)) },
  }
}

/** How many times faster than its own time a file is replayed to last about so long. */
function speedToLast(file: MachineFile, lastUs: number): number {
  const spanUs = file.rows.length * file.periodUs
  return Math.max(1, Math.round(spanUs / Math.max(lastUs, SECOND_US)))
}

function drawWindows(random: Random, site: Pick<SitePlan, 'files' | 'machines'>): WindowPlan[] {
  const ofFiles = site.files.map((file, index) => ({
    tags: [`line${index}/#`],
    size: formatDurationUs(file.periodUs * random.pick([3, 10, 50])),
    offset: formatDurationUs(random.pick([0, 1000])),
    allowedLateness: formatDurationUs(file.periodUs * random.pick([0, 5, 30])),
  }))
  const ofMachines = site.machines.map(({ name, periodUs }) => ({
    tags: [`${name}/#`],
    size: formatDurationUs(Math.max(1000, periodUs * random.pick([5, 20, 100]))),
    offset: formatDurationUs(random.pick([0, 1000])),
    allowedLateness: random.pick(['0s', '10s', '10m']),
  }))
  return [...ofFiles, ...ofMachines]
}

function drawProcessor(random: Random): { readonly rules: unknown; readonly checkpointEvery: string } {
  const rules = [
    {
      name: 'hot',
      tags: ['+/temperature'],
      above: 80,
      hysteresis: 5,
      hold: random.pick(['0s', '5s', '10m']),
    },
    { name: 'weak', tags: ['+/current'], below: 20, hysteresis: 2, hold: '0s' },
  ]
  return { rules: random.chance(0.7) ? rules : [], checkpointEvery: random.pick(['1s', '10s', '1m']) }
}
