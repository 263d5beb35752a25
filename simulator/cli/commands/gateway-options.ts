import { type Command, Option } from 'commander'
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../aws/defaults.ts'
import type { FlavourName } from '../../nucleus/flavour.ts'
import type { Context } from '../context.ts'
import { demonstration } from '../demonstration.ts'
import type { Configurations } from '../deployments.ts'
import { formatCounted } from '../figures.ts'
import type { GatewayOptions } from '../gateway.ts'
import { countOption, mergeConfigurations, patternOption, readConfigFile } from '../option-values.ts'
import { defaultState, type StateDirectory, stateDirectory } from '../state-directory.ts'

/** Options of every command that starts a gateway. */
export interface GatewayFlags {
  readonly state?: string
  readonly flavour: FlavourName
  readonly seed: number
  readonly machines: number
  readonly config?: string
  readonly root?: string
  readonly thing?: string
  readonly region: string
  readonly account: string
}

const thingOption = patternOption(
  '--thing',
  /^[a-zA-Z0-9:_-]{1,128}$/,
  'a thing name: letters, digits, `:`, `_`, `-`',
)
export const regionOption = patternOption(
  '--region',
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  'a region such as ap-northeast-1',
)
export const accountOption = patternOption('--account', /^\d{12}$/, 'twelve digits')

export function addGatewayOptions(command: Command): Command {
  return command
    .option('--state <dir>', 'where the gateway keeps everything')
    .addOption(
      new Option('--flavour <name>', 'which nucleus to emulate').choices(['lite', 'java']).default('lite'),
    )
    .option('--seed <n>', 'of the simulated machines', countOption('--seed'), 1)
    .option('--machines <n>', 'simulated machines of each kind', countOption('--machines'), 1)
    .option('--root <dir>', "the core device's root folder (default: a folder of the state directory)")
    .option(
      '--thing <name>',
      "the core device's thing name (default: after the state directory)",
      thingOption,
    )
    .option('--region <name>', 'of the simulated account', regionOption, DEFAULT_REGION)
    .option('--account <id>', 'of the simulated account, twelve digits', accountOption, DEFAULT_ACCOUNT)
    .option('--config <file>', 'JSON: configuration by component name, over the built-in one')
}

/** What a live gateway says of itself when it starts. */
export const describeLive = ({ seed, machines, flavour }: GatewayFlags): readonly string[] => [
  `seed ${seed}, ${formatCounted(machines, 'machine')} of each kind, nucleus ${flavour}`,
]

export function liveGateway({ installation }: Context, flags: GatewayFlags): GatewayOptions {
  const { flavour, region, account } = flags
  return {
    installation,
    state: stateOf(flags, defaultState().path),
    flavour,
    region,
    account,
    configurations: withConfigFile(demonstration(installation, flags), flags, { installation }),
  }
}

/** @param byDefault the state directory where none is named */
export function stateOf({ state, root, thing }: GatewayFlags, byDefault: string): StateDirectory {
  const core = { ...(root === undefined ? {} : { root }), ...(thing === undefined ? {} : { thing }) }
  return stateDirectory(state ?? byDefault, core)
}

export const withConfigFile = (
  own: Configurations,
  { config }: GatewayFlags,
  { installation }: Pick<Context, 'installation'>,
): Configurations =>
  config === undefined ? own : mergeConfigurations(own, readConfigFile(config, installation))
