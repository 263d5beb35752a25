import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { SABOTAGES, type SabotageName } from './sabotage.ts'

export interface SimOptions {
  readonly seed: number
  readonly seeds: number
  readonly hours: number
  readonly jobs: number
  readonly json: boolean
  readonly trace: boolean
  readonly sabotage: SabotageName | undefined
}

/** A run holds its whole journal in memory at the end; ten years of it would not fit. */
const HOURS_MAX = 87_600
const SEEDS_MAX = 1_000_000
const JOBS_MAX = 64

const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}, such as ${least + 1}.`)
}

function hours(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= HOURS_MAX) return value
  throw new InvalidArgumentError(`expected a number above 0 and up to ${HOURS_MAX}, such as 1 or 0.1.`)
}

/**
 * @param args without node and script
 * @throws CommanderError, with exit code 0 after `--help`
 */
export function parseOptions(args: readonly string[]): SimOptions {
  const command = new Command('sim')
    .description(
      'Runs a whole gateway in virtual time, lets faults strike as a seed decides, lets it heal, and checks that\n' +
        'every acknowledged sample is stored once, every window is right and every summary is in the cloud once.',
    )
    .option(
      '--seed <n>',
      'first seed; the same seed gives the same run (default: one drawn now)',
      wholeNumber(0, 2 ** 53 - 1),
    )
    .option('--seeds <m>', 'how many seeds, from the first one on', wholeNumber(1, SEEDS_MAX), 1)
    .option('--hours <h>', 'virtual hours of data and faults', hours, 1)
    .option('--jobs <j>', 'seeds at once', wholeNumber(1, JOBS_MAX), availableParallelism())
    .option('--json', 'print one JSON object', false)
    .option('--trace', 'print every event of the run on stderr (one seed only)', false)
    .addOption(
      new Option('--sabotage <fault>', 'break the system on purpose, to see that it is found').choices(
        Object.keys(SABOTAGES),
      ),
    )
    .addHelpText('after', '\nExit code: 0 every promise held, 1 one was broken, 2 wrong usage.')
    .showHelpAfterError('(sim --help lists the options)')
    .allowExcessArguments(false)
    .exitOverride()
  command.parse(args, { from: 'user' })
  const options = command.opts()
  if (options['trace'] === true && options['seeds'] > 1) {
    command.error('error: --trace shows one seed; leave --seeds away', { exitCode: 2 })
  }
  return {
    seed: options['seed'] ?? Date.now() % 1_000_000_000,
    seeds: options['seeds'],
    hours: options['hours'],
    jobs: options['jobs'],
    json: options['json'],
    trace: options['trace'],
    sabotage: options['sabotage'],
  }
}
