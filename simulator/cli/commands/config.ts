import { Command } from 'commander'
import type { Context } from '../context.ts'
import { configurationTable, readConfiguration, unfold } from '../deploying/configuration.ts'
import { existingState } from '../state-directory.ts'
import { existingComponent } from './component.ts'

interface ShowFlags {
  readonly state?: string
  readonly origin?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba config show genba.Processor              what it is configured to
  genba config show Processor --origin           and where each value comes from: the recipe's default, a deployment, itself
  genba config show Processor --origin --json`

export function configCommand(context: Context): Command {
  return new Command('config')
    .description('see the configuration of components on a running gateway')
    .addCommand(showCommand(context))
    .addHelpText('after', EXAMPLES)
}

function showCommand({ output }: Context): Command {
  return new Command('show')
    .description('the configuration of one component as the nucleus has it')
    .argument('<component>', 'its name, or its last part')
    .option('--origin', 'each value on its own, with where it comes from and since when')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (text: string, { state: option, origin, json }: ShowFlags) => {
      const state = existingState(option)
      const { name: component } = await existingComponent(state, text)
      const values = await readConfiguration(state, component)
      if (json) {
        const shown = origin ? { values } : { configuration: unfold(values) }
        return output.json({ v: 1, component, ...shown })
      }
      const whole = `${JSON.stringify(unfold(values), null, 2)}\n`
      return output.data(origin ? configurationTable(values) : whole)
    })
}
