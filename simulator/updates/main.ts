import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { readPackages } from '../cli/deploying/package-folder.ts'
import { type RehearsalReport, rehearse } from './rehearsal.ts'

const EXIT_BROKEN = 1
const EXIT_USAGE = 2
/** The bundle lies in `dist/`. */
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const NOTES = `
Build the components first: npm run build:components

Examples:
  npm run updates                                  20 rounds under half of the top rate
  npm run updates -- --rounds 2 --rate 20000       a quick look

Exit codes: 0 nothing was lost, 1 something was (each is named, with the seed), 2 wrong usage.`

interface Flags {
  readonly rounds: number
  readonly seed: number
  readonly rate: number
  readonly json?: true
}

const SENSORS = 50
/** One fault has many traces. */
const SHOWN_MAX = 20

function parse(args: readonly string[]): Flags {
  return new Command('updates')
    .description(
      'update every component over the air again and again, under load, and check that nothing is lost',
    )
    .option('--rounds <n>', 'each updates every component in turn, then all together', whole, 20)
    .option(
      '--seed <n>',
      'of the samples, and of where the failing version comes',
      whole,
      Date.now() % 1_000_000,
    )
    .option('--rate <n>', 'samples in a second', whole, 500_000)
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .exitOverride()
    .parse([...args], { from: 'user' })
    .opts<Flags>()
}

function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

async function main(args: readonly string[]): Promise<number> {
  const { rounds, seed, rate, json } = parse(args)
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  const sensors = Math.min(SENSORS, rate)
  tell(`seed ${seed}, ${rounds} rounds, ${rate} samples/s of ${sensors} sensors`)
  const installation = {
    dist: at('.'),
    recipes: at('../recipes'),
    version: JSON.parse(readFileSync(at('../package.json'), 'utf8')).version,
  }
  const load = { seed, sensors, rateHz: rate / sensors }
  const packagesDir = at('../greengrass-build')
  // Missing ones are told before a gateway is started for nothing.
  readPackages(packagesDir)
  const report = await rehearse({ installation, packagesDir, rounds, seed, load, tell })
  for (const violation of report.violations.slice(0, SHOWN_MAX)) tell(violation)
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : textOf(report))
  return report.violations.length > 0 ? EXIT_BROKEN : 0
}

const textOf = (report: RehearsalReport): string =>
  `seed ${report.seed}: ${report.succeeded} updates, ${report.rolledBack} rolled back; ` +
  `${report.samples} samples and ${report.windows} windows, largest gap of live processing ` +
  `${report.largestLiveGapMs} ms, ${report.markedGaps} gaps marked in the data, the largest of ` +
  `${report.largestMarkedGapMs} ms; ${report.violations.length} violations\n`

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof GenbaError) {
    process.stderr.write(`updates: ${describeError(error)}\n`)
    process.exitCode = EXIT_BROKEN
  } else if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  else throw error
}
