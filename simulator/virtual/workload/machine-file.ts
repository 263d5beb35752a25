import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Random } from '../random.ts'

/** A file as a machine would have written it, and what a reader must get out of it. */
export interface MachineFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly columns: readonly string[]
  readonly rows: readonly MachineRow[]
  /** Numbers of the lines that are no data; the header is line 1. */
  readonly badLines: readonly number[]
  /** Typical time from row to row. */
  readonly periodUs: number
}

export interface MachineRow {
  readonly timeUs: number
  readonly values: readonly number[]
  /** Its time stamp lies years ahead of its neighbours'. */
  readonly isFarAhead: boolean
}

const DAY_US = 86_400_000_000
/** Rows between two unbelievable ones, so that each is judged by believable neighbours. */
const FAR_AHEAD_DISTANCE = 12

/** Which traits of real files this one has; each run has some. */
interface Traits {
  readonly repeatsAnHour: boolean
  readonly hasGap: boolean
  readonly equalTimesProbability: number
  readonly disorderProbability: number
  readonly badLineProbability: number
  readonly farAheadProbability: number
}

export function drawMachineFile(random: Random, name: string, rowCount: number): MachineFile {
  const periodUs = random.pick([1, 5, 60, 300]) * 1_000_000
  const columns = ['temperature', 'vibration', 'current', 'pressure'].slice(0, random.integer(1, 4))
  const often = (probability: number) => (random.chance(0.5) ? probability : 0)
  const traits: Traits = {
    repeatsAnHour: random.chance(0.5),
    hasGap: random.chance(0.3),
    equalTimesProbability: often(0.05),
    disorderProbability: often(0.08),
    badLineProbability: often(0.02),
    farAheadProbability: often(0.01),
  }
  const rows = drawRows(random, { rowCount, periodUs, columnCount: columns.length, traits })
  const { text, badLines } = writeText(random, columns, rows, traits.badLineProbability)
  return {
    path: `/data/${name}.csv`,
    bytes: new TextEncoder().encode(text),
    columns,
    rows,
    badLines,
    periodUs,
  }
}

function drawRows(
  random: Random,
  options: { rowCount: number; periodUs: number; columnCount: number; traits: Traits },
): MachineRow[] {
  const { rowCount, periodUs, columnCount, traits } = options
  const repeatAt = traits.repeatsAnHour ? random.integer(20, rowCount - 1) : -1
  const gapAt = traits.hasGap ? random.integer(20, rowCount - 1) : -1
  const levels = Array.from({ length: columnCount }, () => random.fraction() * 100)
  const rows: MachineRow[] = []
  let timeUs = Date.UTC(2024, 0, 1 + random.integer(0, 300)) * 1000
  let lastFarAhead = 0

  for (let index = 0; index < rowCount; index += 1) {
    if (index === repeatAt) timeUs -= 12 * periodUs
    if (index === gapAt) timeUs += random.integer(5, 40) * periodUs
    if (!random.chance(traits.equalTimesProbability)) timeUs += periodUs
    const values = levels.map((level, column) => {
      levels[column] = level + (random.fraction() - 0.5) * 8
      return Math.round(level * 1e6) / 1e6
    })
    const isEdge = index < FAR_AHEAD_DISTANCE || index > rowCount - FAR_AHEAD_DISTANCE
    const isFarAhead =
      !isEdge && index - lastFarAhead > FAR_AHEAD_DISTANCE && random.chance(traits.farAheadProbability)
    if (isFarAhead) lastFarAhead = index
    const disorderUs = random.chance(traits.disorderProbability) ? random.integer(1, 12) * periodUs : 0
    rows.push({ timeUs: timeUs - disorderUs + (isFarAhead ? 3650 * DAY_US : 0), values, isFarAhead })
  }
  return rows
}

function writeText(
  random: Random,
  columns: readonly string[],
  rows: readonly MachineRow[],
  badLineProbability: number,
): { text: string; badLines: number[] } {
  const lines = [['timestamp', ...columns].join(',')]
  const badLines: number[] = []
  for (const { timeUs, values } of rows) {
    if (random.chance(badLineProbability)) {
      lines.push(random.pick(BAD_LINES))
      badLines.push(lines.length)
    }
    const stamp = formatTimeUs(timeUs).slice(0, 19).replace('T', ' ')
    lines.push([stamp, ...values].join(','))
  }
  return { text: `${lines.join('\n')}\n`, badLines }
}

/** No number of columns that a file has, or no time stamp. */
const BAD_LINES: readonly [string, ...string[]] = [
  '#### restart ####',
  'not a time,1',
  'a,b,c,d,e,f,g,h',
  '"',
]
