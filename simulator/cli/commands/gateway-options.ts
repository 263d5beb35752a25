import { type Command, Option } from 'commander'
import type { FlavourName } from '../../nucleus/flavour.ts'
import type { Context } from '../context.ts'
import { demonstration } from '../demonstration.ts'
import type { Configurations } from '../deployments.ts'
import { formatCounted } from '../figures.ts'
import type { GatewayOptions } from '../gateway.ts'
import { countOption, mergeConfigurations, readConfigFile } from '../option-values.ts'
import { defaultState, stateDirectory } from '../state-directory.ts'

/** Options of every command that starts a gateway. */
export interface GatewayFlags {
  readonly state?: string
  readonly flavour: FlavourName
  readonly seed: number
  readonly machines: number
  readonly config?: string
}

export function addGatewayOptions(command: Command): Command {
  return command
    .option('--state <dir>', 'where the gateway keeps everything')
    .addOption(
      new Option('--flavour <name>', 'which nucleus to emulate').choices(['lite', 'java']).default('lite'),
    )
    .option('--seed <n>', 'of the simulated machines', countOption('--seed'), 1)
    .option('--machines <n>', 'simulated machines of each kind', countOption('--machines'), 1)
    .option('--config <file>', 'JSON: configuration by component name, over the built-in one')
}

/** What a live gateway says of itself when it starts. */
export const describeLive = ({ seed, machines, flavour }: GatewayFlags): readonly string[] => [
  `seed ${seed}, ${formatCounted(machines, 'machine')} of each kind, nucleus ${flavour}`,
]

export function liveGateway({ installation }: Context, flags: GatewayFlags): GatewayOptions {
  const { state, flavour } = flags
  return {
    installation,
    state: state === undefined ? defaultState() : stateDirectory(state),
    flavour,
    configurations: withConfigFile(demonstration(installation, flags), flags, { installation }),
  }
}

export const withConfigFile = (
  own: Configurations,
  { config }: GatewayFlags,
  { installation }: Pick<Context, 'installation'>,
): Configurations =>
  config === undefined ? own : mergeConfigurations(own, readConfigFile(config, installation))
