import { describeError } from '../shared/errors/genba-error.ts'
import type { Benchmark } from './benchmark.ts'
import { bench as frame } from './frame.bench.ts'
import { bench as handoff } from './handoff.bench.ts'
import { bench as ota } from './ota.bench.ts'
import { bench as reaction } from './reaction.bench.ts'
import { toJson, toTable } from './report.ts'
import { bench as rules } from './rules.bench.ts'
import { bench as store } from './store.bench.ts'
import { bench as windows } from './windows.bench.ts'

const BENCHES: readonly Benchmark[] = [frame, handoff, windows, rules, reaction, store, ota]

const USAGE = `Usage: npm run bench -- NAME [--json] [options of the benchmark]

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  --json     print one JSON object { name, figures, ratios, goals, machine } and nothing else on stdout`

/** Exit codes: 0 measured, 1 it failed, 2 wrong usage. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help') {
    console.log(USAGE)
    return 0
  }
  const bench = BENCHES.find((each) => each.name === name)
  if (bench === undefined) {
    console.error(`bench: there is no benchmark "${name}"\n\n${USAGE}`)
    return 2
  }
  const json = rest.includes('--json')
  const result = await bench.run(
    (line) => console.error(line),
    rest.filter((arg) => arg !== '--json'),
  )
  console.log(json ? toJson(bench, result) : toTable(bench, result))
  return 0
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(`bench: ${describeError(error)}`)
    process.exitCode = 1
  },
)
