import { fileURLToPath } from 'node:url'
import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander'
import { runNucleusCrashes } from './nucleus/run.ts'
import { runCrashes } from './run.ts'

const EXIT_BROKEN = 1
const EXIT_USAGE = 2
/** Beside the bundle of this file. */
const bundle = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const NOTES = `
Examples:
  npm run crash                               50 kills by a seed of the clock
  npm run crash -- --kills 200 --seed 7
  npm run crash -- nucleus --kills 100        a core device in the middle of deployments

Exit codes: 0 everything holds, 1 something does not (each is named, with the seed), 2 wrong usage.`

function parse(args: readonly string[]) {
  return new Command('crash')
    .description(
      'kill a process that writes a journal, or a core that deploys, again and again, and check what it leaves',
    )
    .addArgument(new Argument('[what]', 'what is killed').choices(['journal', 'nucleus']).default('journal'))
    .option('--kills <n>', 'how often', whole, 50)
    .option('--seed <n>', 'of what is written and when it is killed', whole, Date.now() % 1_000_000)
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .exitOverride()
    .parse([...args], { from: 'user' })
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

async function main(args: readonly string[]): Promise<number> {
  const command = parse(args)
  const { kills, seed, json } = command.opts<{ kills: number; seed: number; json?: true }>()
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  tell(`seed ${seed}, ${kills} kills`)
  const { report, text } =
    command.processedArgs[0] === 'nucleus'
      ? await crashNucleus({ kills, seed, tell })
      : await crashJournal({ kills, seed, tell })
  for (const violation of report.violations) tell(violation)
  process.stdout.write(
    json ? `${JSON.stringify(report)}\n` : `${text}, ${report.violations.length} violations\n`,
  )
  return report.violations.length > 0 ? EXIT_BROKEN : 0
}

interface Wanted {
  readonly kills: number
  readonly seed: number
  readonly tell: (line: string) => void
}

async function crashJournal(wanted: Wanted) {
  const report = await runCrashes({ ...wanted, worker: bundle('./crash-worker.mjs'), checkEvery: 10 })
  const text =
    `seed ${report.seed}: ${report.kills} kills (${counted(report.killedDuring, 'during')}), ` +
    `${report.acknowledgedFrames} frames acknowledged, ${report.storedFrames} stored with ${report.samples} samples`
  return { report, text }
}

async function crashNucleus(wanted: Wanted) {
  const report = await runNucleusCrashes({ ...wanted, worker: bundle('./crash-nucleus-worker.mjs') })
  const text = `seed ${report.seed}: ${report.kills} kills (${counted(report.killedAt, 'at')}); ${counted(report.ended, 'of')}`
  return { report, text }
}

const counted = (counts: Readonly<Record<string, number>>, word: string): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${word} ${name}`)
    .join(', ')

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
}
