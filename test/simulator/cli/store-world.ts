import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Journal } from '../../../shared/journal/journal.ts'
import { storeCommand } from '../../../simulator/cli/commands/store.ts'
import { readHistoryFrames } from '../../../simulator/cli/history/read.ts'
import { type StateDirectory, stateDirectory } from '../../../simulator/cli/state-directory.ts'
import { withStoppedJournal } from '../../../simulator/cli/store/stopped.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { printedBy } from './command-world.ts'

/** A sample as it is compared: a number by its bits. */
export interface Sample {
  readonly tag: string
  readonly timeUs: number
  readonly value: string
}

export const bitsOf = (value: number): string => Buffer.from(Float64Array.of(value).buffer).toString('hex')

/** Directories of gateways that are not running, and what is stored in them. */
export function storeWorld() {
  const folder = temporaryFolder()
  const stateOf = (name: string): StateDirectory => stateDirectory(join(folder.path, name))
  return {
    folder,
    stateOf,
    /** Makes the store if there is none. */
    async withJournal<T>(name: string, work: (journal: Journal) => Promise<T>): Promise<T> {
      mkdirSync(stateOf(name).historianStore, { recursive: true })
      return withStoppedJournal(stateOf(name), work)
    },
    isThere: (name: string): boolean => existsSync(stateOf(name).path),
    /** The report of an import. */
    importFile: async (name: string, file: string, ...args: readonly string[]) =>
      JSON.parse(
        await printedBy(storeCommand, 'import', file, '--state', stateOf(name).path, '--json', ...args),
      ),
    stats: async (name: string) =>
      JSON.parse(await printedBy(storeCommand, 'stats', '--state', stateOf(name).path, '--json')),
    /** Everything that is stored, in the order of the history. */
    async samplesOf(name: string): Promise<Sample[]> {
      const samples: Sample[] = []
      const query = { tags: [], read: { kind: 'samples', qualities: [] } } as const
      for await (const { columns } of readHistoryFrames(stateOf(name), query)) {
        for (const { tag, timesUs, data } of columns) {
          for (const [index, timeUs] of timesUs.entries()) {
            const value = data.values[index]
            samples.push({
              tag,
              timeUs,
              value: data.kind === 'number' ? bitsOf(Number(value)) : String(value),
            })
          }
        }
      }
      return samples
    },
  }
}

const START_MS = Date.UTC(2026, 0, 10)
const STATES = ['running', 'idle', 'tool change, "manual"', 'Störung'] as const

/** Numbers that look drawn at random, the same each time. */
function drawer(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * A log as machines write it: numbers with the dust of floating point, times that come twice, an hour that comes again,
 * empty cells, a column of text, one of true and false, and broken lines.
 */
export function machineLog(rowCount: number, prefix: string, seed = 1) {
  const draw = drawer(seed)
  const lines = ['time,temperature,flow,state,isOpen']
  const brokenLines: { line: number; reason: string }[] = []
  const samples: Sample[] = []
  for (let row = 0; row < rowCount; row++) {
    const { time, cells } = machineRow(row, rowCount, draw)
    const broken = brokenRow(row, time)
    if (broken !== undefined) {
      lines.push(broken.text)
      brokenLines.push({ line: lines.length, reason: broken.reason })
    }
    lines.push([time.toISOString(), ...Object.values(cells).map(quote)].join(','))
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === '') continue
      samples.push({ tag: `${prefix}/${name}`, timeUs: time.getTime() * 1000, value: comparable(name, cell) })
    }
  }
  return { text: `${lines.join('\n')}\n`, brokenLines, samples }
}

function machineRow(row: number, rowCount: number, draw: () => number) {
  const second = row < rowCount / 2 ? row : row - 3600
  const time = new Date(START_MS + (row % 50 === 49 ? second - 1 : second) * 1000)
  const cells = {
    temperature: (20 + draw() * 60).toFixed(8 + (row % 8)),
    flow: row % 7 === 3 ? '' : String((row % 90) * 0.1 + 0.2),
    state: STATES[Math.floor(row / 100) % STATES.length] ?? '',
    isOpen: row % 11 === 5 ? '' : String(row % 3 === 0),
  }
  return { time, cells }
}

function brokenRow(row: number, time: Date): { text: string; reason: string } | undefined {
  if (row % 400 === 150) return { text: `${time.toISOString()},7`, reason: '2 fields where 5 are expected' }
  if (row % 400 === 250) return { text: 'yesterday,1,2,idle,true', reason: '"yesterday" is no time' }
  return undefined
}

const quote = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

function comparable(name: string, cell: string): string {
  if (name === 'isOpen') return cell === 'true' ? '1' : '0'
  return name === 'state' ? cell : bitsOf(Number(cell))
}

/** As the history gives them: by tag, then time, then order of arrival. */
export const inOrder = (samples: readonly Sample[]): Sample[] =>
  samples
    .map((sample, arrival) => ({ sample, arrival }))
    .sort(
      (a, b) =>
        Buffer.compare(Buffer.from(a.sample.tag), Buffer.from(b.sample.tag)) ||
        a.sample.timeUs - b.sample.timeUs ||
        a.arrival - b.arrival,
    )
    .map(({ sample }) => sample)
