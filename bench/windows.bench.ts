import { atLeast, type Benchmark, type BenchResult, type Figures } from './benchmark.ts'
import { runPercentiles, runSimple } from './windows/engine.ts'
import { generateInput, type Input } from './windows/input.ts'
import { runLoop } from './windows/loop.ts'
import { runRxjs } from './windows/rxjs.ts'
import { runSql } from './windows/sql.ts'
import { requireEqual, type Totals } from './windows/totals.ts'

const COLUMN_SAMPLES = 100
/** Frames come to the windows fresh from the decoder: the input is no larger than what a cache holds. */
const SAMPLES = 500_000
const ROUNDS = 15
const WARM_UP_ROUNDS = 5

/** From a live tag that is rare to a file that is read as fast as it can be. */
const CURVE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const CURVE_ROUNDS = 7

const GOALS = {
  simplePerSecond: 40_000_000,
  percentilesPerSecond: 15_000_000,
  vsRxjs: 10,
  vsTypedArrayLoop: 0.8,
}

type Run = (input: Input) => Totals | Promise<Totals>

/**
 * All ways run one after the other in each round and on one thread, over the same frames in memory, and must say the
 * same in the end. A figure is the median of its rounds, by the processor time of all threads of the process: what a
 * core does in a second, collecting garbage and compiling included, whoever else is at work on the machine.
 */
export const bench: Benchmark = {
  name: 'windows',
  summary:
    'samples/s through tumbling windows of 10 s, against RxJS by sample, DuckDB and a bare loop; 1 to 1,000 a column',
  run: async (progress) => {
    const ways: Record<'simple' | 'percentiles' | 'rxjs' | 'sql' | 'loop', Run> = {
      simple: runSimple,
      percentiles: runPercentiles,
      rxjs: runRxjs,
      sql: runSql,
      loop: runLoop,
    }
    progress(`${SAMPLES} samples in columns of ${COLUMN_SAMPLES}, ${ROUNDS} rounds`)
    const speeds = await measure(ways, generateInput(COLUMN_SAMPLES, SAMPLES), ROUNDS)
    const curve: Record<string, number> = {}
    for (const columnSamples of CURVE) {
      progress(`columns of ${columnSamples}`)
      const input = generateInput(columnSamples, SAMPLES)
      const { simple } = await measure({ simple: runSimple, loop: runLoop }, input, CURVE_ROUNDS)
      curve[columnSamples] = simple
    }
    return toResult(speeds, curve)
  },
}

/** Samples a second of each way. */
async function measure<Name extends string>(
  ways: Readonly<Record<Name, Run>>,
  input: Input,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(ways) as Name[]
  const wanted = runLoop(input)
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const name of names) {
      const start = process.cpuUsage()
      const totals = await ways[name](input)
      const { user, system } = process.cpuUsage(start)
      // Those before the first warm up.
      if (round >= 0) times.get(name)?.push(user + system)
      requireEqual(name, totals, wanted)
    }
  }
  const speedOf = (name: Name) => (input.sampleCount / median(times.get(name) ?? [])) * 1e6
  return Object.fromEntries(names.map((name) => [name, speedOf(name)])) as Record<Name, number>
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function toResult(
  speeds: Readonly<Record<'simple' | 'percentiles' | 'rxjs' | 'sql' | 'loop', number>>,
  curve: Figures,
): BenchResult {
  const { simple, percentiles, rxjs, sql, loop } = speeds
  const ratios = { vsRxjs: simple / rxjs, vsSql: simple / sql, vsTypedArrayLoop: simple / loop }
  return {
    figures: {
      simplePerSecond: simple,
      percentilesPerSecond: percentiles,
      rxjsPerSecond: rxjs,
      sqlPerSecond: sql,
      typedArrayLoopPerSecond: loop,
      simplePerSecondByColumnSamples: curve,
    },
    ratios,
    goals: {
      simplePerSecond: atLeast(GOALS.simplePerSecond, simple),
      percentilesPerSecond: atLeast(GOALS.percentilesPerSecond, percentiles),
      vsRxjs: atLeast(GOALS.vsRxjs, ratios.vsRxjs),
      vsTypedArrayLoop: atLeast(GOALS.vsTypedArrayLoop, ratios.vsTypedArrayLoop),
    },
  }
}
