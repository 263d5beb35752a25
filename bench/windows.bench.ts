import { atLeast, type Benchmark, type BenchResult, type Figures } from './benchmark.ts'
import { installPackages } from './packages/install.ts'
import type { Round } from './windows/round.ts'
import { startWay } from './windows/start-way.ts'
import { requireEqual } from './windows/totals.ts'
import { WAY_NAMES, type WayName } from './windows/way-name.ts'

const COLUMN_SAMPLES = 100
/** Frames come to the windows fresh from the decoder: the input is no larger than what a cache holds. */
const SAMPLES = 100_000
const ROUNDS = 25

/** From a live tag that is rare to a file that is read as fast as it can be. */
const CURVE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const CURVE_ROUNDS = 10

const GOALS = {
  simplePerSecond: 40_000_000,
  percentilesPerSecond: 15_000_000,
  vsRxjs: 10,
  vsTypedArrayLoop: 0.8,
}

/**
 * All ways take turns over the same frames in memory, each on one thread of a process of its own, so that none pays for
 * the garbage of another, and must say the same in the end. A figure is the best of its rounds, by the processor
 * time of all threads of the process: what a core does in a second, collecting garbage and compiling included. Others
 * on the machine only ever add to that time: the best round is the one that they have disturbed least.
 */
export const bench: Benchmark = {
  name: 'windows',
  summary:
    'samples/s through tumbling windows of 10 s, against RxJS by sample, DuckDB and a bare loop; 1 to 1,000 a column',
  run: async (progress) => {
    await installPackages(progress)
    progress(`${SAMPLES} samples in columns of ${COLUMN_SAMPLES}, ${ROUNDS} rounds`)
    const speeds = await measure(WAY_NAMES, COLUMN_SAMPLES, ROUNDS)
    const curve: Record<string, number> = {}
    for (const columnSamples of CURVE) {
      progress(`columns of ${columnSamples}`)
      const { simple } = await measure(['simple', 'loop'], columnSamples, CURVE_ROUNDS)
      curve[columnSamples] = simple
    }
    return toResult(speeds, curve)
  },
}

/** Samples a second of each way. */
async function measure<Name extends WayName>(
  names: readonly Name[],
  columnSamples: number,
  rounds: number,
): Promise<Record<Name, number>> {
  const ways = names.map((name) => startWay(name, { columnSamples, samples: SAMPLES }))
  try {
    const times = new Map<Name, number[]>(names.map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      const results: Round[] = []
      for (const way of ways) results.push(await way.run())
      const wanted = results.at(-1)
      for (const [index, { cpuUs, totals }] of results.entries()) {
        const name = names[index] as Name
        if (wanted !== undefined) requireEqual(name, totals, wanted.totals)
        times.get(name)?.push(cpuUs)
      }
    }
    const speedOf = (name: Name) => (SAMPLES / Math.min(...(times.get(name) ?? []))) * 1e6
    return Object.fromEntries(names.map((name) => [name, speedOf(name)])) as Record<Name, number>
  } finally {
    for (const way of ways) way.stop()
  }
}

function toResult(speeds: Readonly<Record<WayName, number>>, curve: Figures): BenchResult {
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
