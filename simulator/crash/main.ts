import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { runCrashes } from './run.ts'

const EXIT_BROKEN = 1
const EXIT_USAGE = 2
/** Beside the bundle of this file. */
const WORKER = fileURLToPath(new URL('./crash-worker.mjs', import.meta.url))

const NOTES = `
Examples:
  npm run crash                               50 kills by a seed of the clock
  npm run crash -- --kills 200 --seed 7

Exit codes: 0 everything holds, 1 something does not (each is named, with the seed), 2 wrong usage.`

function parse(args: readonly string[]) {
  return new Command('crash')
    .description('kill a process that writes a journal, again and again, and check what it leaves')
    .option('--kills <n>', 'how often', whole, 50)
    .option('--seed <n>', 'of what is written and when it is killed', whole, Date.now() % 1_000_000)
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .exitOverride()
    .parse([...args], { from: 'user' })
    .opts<{ kills: number; seed: number; json?: true }>()
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

async function main(args: readonly string[]): Promise<number> {
  const { kills, seed, json } = parse(args)
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  tell(`seed ${seed}, ${kills} kills`)
  const report = await runCrashes({ kills, seed, worker: WORKER, checkEvery: 10, tell })
  for (const violation of report.violations) tell(violation)
  const during = Object.entries(report.killedDuring).map(([name, count]) => `${count} during ${name}`)
  process.stdout.write(
    json
      ? `${JSON.stringify(report)}\n`
      : `seed ${seed}: ${report.kills} kills (${during.join(', ')}), ${report.acknowledgedFrames} frames acknowledged, ` +
          `${report.storedFrames} stored with ${report.samples} samples, ${report.violations.length} violations\n`,
  )
  return report.violations.length > 0 ? EXIT_BROKEN : 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
}
