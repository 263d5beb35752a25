import { runPercentiles, runSimple } from './engine.ts'
import { generateInput, type Input } from './input.ts'
import { runLoop } from './loop.ts'
import { type Round, WayTask } from './round.ts'
import { runRxjs } from './rxjs.ts'
import { runSql } from './sql.ts'
import type { Totals } from './totals.ts'
import type { WayName } from './way-name.ts'

/** The process of one way: for each message it runs one round and answers with it. */

const RUNS: Readonly<Record<WayName, (input: Input) => Totals | Promise<Totals>>> = {
  simple: runSimple,
  percentiles: runPercentiles,
  rxjs: runRxjs,
  sql: runSql,
  loop: runLoop,
}

const { way, columnSamples, samples } = WayTask.parse(JSON.parse(process.argv[2] ?? ''))
const input = generateInput(columnSamples, samples)

/** A gateway runs for days: code is compiled as well as it will be after some fifty million samples. */
const WARM_UP_MS = 3000

/** So long that what the other ways have left in the caches of the machine does not matter. */
const ROUND_MS = 150

async function warmUp(): Promise<void> {
  const endMs = performance.now() + WARM_UP_MS
  while (performance.now() < endMs) await RUNS[way](input)
}

async function runRound(): Promise<Round> {
  const endMs = performance.now() + ROUND_MS
  const start = process.cpuUsage()
  let totals = await RUNS[way](input)
  let passes = 1
  for (; performance.now() < endMs; passes++) totals = await RUNS[way](input)
  const { user, system } = process.cpuUsage(start)
  return { cpuUs: (user + system) / passes, totals: { ...totals } }
}

let warm: Promise<void> | undefined

process.on('message', () => {
  // Not before it is asked: the others are measured meanwhile.
  warm ??= warmUp()
  warm.then(runRound).then(
    (round) => process.send?.(round),
    (error: unknown) => {
      console.error(`bench windows: ${way}: ${error instanceof Error ? error.message : String(error)}`)
      process.exit(1)
    },
  )
})
