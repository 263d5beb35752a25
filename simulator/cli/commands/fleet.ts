import { Command, Option } from 'commander'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../aws/defaults.ts'
import type { FleetReport, FleetThing } from '../../fleet/fleet-report.ts'
import type { FlavourName } from '../../nucleus/flavour.ts'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { FLEET_DEVICES_MAX } from '../fleet/open-fleet.ts'
import { runFleet } from '../fleet/run-fleet.ts'
import { fleetText } from '../fleet/texts.ts'
import { GATEWAY_GROUP } from '../gateway.ts'
import { countOption, patternOption, shareOption, wrongValue } from '../option-values.ts'
import { existingState, FLEET_STATE, type StateDirectory } from '../state-directory.ts'
import { accountOption, regionOption } from './gateway-options.ts'

/** Many gateways in one process, to rehearse a rollout. */
export const fleetCommand = (context: Context): Command =>
  new Command('fleet')
    .description('many light gateways in one process, to rehearse a rollout')
    .addCommand(upCommand(context))
    .addCommand(statusCommand(context))

interface UpFlags {
  readonly state: string
  readonly group: string
  readonly failing: number
  readonly vanishing: number
  readonly seed: number
  readonly flavour: FlavourName
  readonly region: string
  readonly account: string
  readonly json?: true
}

const DEVICES_DEFAULT = 10

const UP_HELP = `
Each is a real core device with a root folder of its own; only the scripts of its components are not run: a run step
lasts until it is stopped, every other step ends at once.

Examples:
  genba fleet up 50
  genba fleet up 50 --failing 10% --seed 7     5 or so fail every new version, the same ones each time
  genba publish                                in another terminal, after npm run build:components
  genba deploy --to genba-gateways --component genba.Uplink=0.1.1 --rollout perMinute=10
  genba fleet status --devices

Stop it with Ctrl-C, or with: genba stop`

function upCommand({ installation, output }: Context): Command {
  return new Command('up')
    .description('run a fleet, and say how the latest deployment to it goes')
    .argument('[gateways]', `how many, up to ${FLEET_DEVICES_MAX}`, devicesArgument, DEVICES_DEFAULT)
    .option('--state <dir>', 'where the fleet keeps everything', FLEET_STATE)
    .option('--group <name>', 'the thing group that they are in', groupOption, GATEWAY_GROUP)
    .option('--failing <share>', 'of the gateways that fail a new version', shareOption('--failing'), 0)
    .option(
      '--vanishing <share>',
      'of the gateways that lose their connection in the middle of a deployment',
      shareOption('--vanishing'),
      0,
    )
    .option('--seed <n>', 'chooses those gateways, for each version', countOption('--seed'), 1)
    .addOption(
      new Option('--flavour <name>', 'which nucleus to emulate; lite does not roll back')
        .choices(['java', 'lite'])
        .default('java'),
    )
    .option('--region <name>', 'of the simulated account', regionOption, DEFAULT_REGION)
    .option('--account <id>', 'of the simulated account, twelve digits', accountOption, DEFAULT_ACCOUNT)
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', UP_HELP)
    .action((count: number, { state, failing, vanishing, seed, json, ...flags }: UpFlags) => {
      if (failing + vanishing > 1) {
        throw wrongValue(
          '--vanishing',
          'a share that is at most 1 together with --failing',
          String(vanishing),
        )
      }
      const fates = { seed, failing, vanishing }
      return runFleet(output, { installation, path: state, count, fates, ...flags }, json ? 'json' : 'line')
    })
}

const groupOption = patternOption(
  '--group',
  /^[a-zA-Z0-9:_-]{1,128}$/,
  'the name of a thing group: letters, digits, `:`, `_`, `-`',
)

function devicesArgument(text: string): number {
  const count = countOption('gateways')(text)
  if (count >= 1 && count <= FLEET_DEVICES_MAX) return count
  throw wrongValue('gateways', `a whole number from 1 to ${FLEET_DEVICES_MAX}`, text)
}

interface StatusFlags {
  readonly state?: string
  readonly devices?: true
  readonly json?: true
}

const STATUS_HELP = `
Examples:
  genba fleet status
  genba fleet status --devices          a line for each device
  genba fleet status --json | jq .deployment.stages

Exit codes: 0 done, or on its way without a failure; 1 no fleet runs, or the latest deployment failed on a device, took
too long there, or was cancelled; 2 wrong usage.`

function statusCommand({ output }: Context): Command {
  return new Command('status')
    .description("say how the group's latest deployment stands, and who has which version")
    .option('--state <dir>', "the fleet's directory (default: the last run's)")
    .option('--devices', 'a line for each device')
    .option('--json', 'print one JSON object')
    .addHelpText('after', STATUS_HELP)
    .action(async ({ state: option, devices, json }: StatusFlags) => {
      const report = await askFleet(existingState(option))
      await (json ? output.json(report) : output.data(fleetText(report, devices === true)))
      refuseFailures(report)
    })
}

async function askFleet(state: StateDirectory): Promise<FleetReport> {
  try {
    return (await askRunningGateway(state, 'GET', '/fleet')) as FleetReport
  } catch (error) {
    if (error instanceof GenbaError && error.code === 'GENBA_GATEWAY_STOPPED') {
      throw new CliError('GENBA_GATEWAY_STOPPED', 'no fleet runs in this directory', {
        where: state.path,
        mend: 'start one with: genba fleet up; or name its directory with --state DIR',
      })
    }
    // What a single gateway says to a question that it does not know.
    if (!(error instanceof GenbaError && error.code === 'GENBA_USAGE')) throw error
    throw new CliError('GENBA_USAGE', 'one gateway runs in this directory, and no fleet', {
      where: state.path,
      mend: 'name the directory of a fleet with --state DIR, or ask with: genba status',
    })
  }
}

const FAILED: ReadonlySet<FleetThing['stage']> = new Set(['failed', 'rejected', 'timedOut'] as const)
/** Of the devices with one reason. */
const NAMED_MAX = 3

function refuseFailures({ deployment, things }: FleetReport): void {
  if (deployment === null) return
  const failed = things.filter(({ stage }) => FAILED.has(stage))
  const isCancelled = deployment.status === 'CANCELED'
  if (failed.length === 0 && !isCancelled) return
  const byReason = new Map<string, string[]>()
  for (const { thing, stage, reason } of failed) {
    const received = stage === 'timedOut' ? 'it took too long' : (reason ?? 'no reason was given')
    byReason.set(received, [...(byReason.get(received) ?? []), thing])
  }
  throw new CliError(
    'GENBA_DEPLOYMENT_FAILED',
    `the deployment ${isCancelled ? 'is cancelled' : 'goes on'}; it failed on ${failed.length} of ${things.length} devices`,
    ...[...byReason].map(([received, names]) => ({ where: someOf(names), received })),
  )
}

function someOf(names: readonly string[]): string {
  const more = names.length - NAMED_MAX
  const named = names.slice(0, NAMED_MAX).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
