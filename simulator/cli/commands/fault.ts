import { Argument, Command } from 'commander'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { findComponent } from '../find-component.ts'
import { existingState } from '../state-directory.ts'

interface FaultFlags {
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba fault kill Historian     as the kernel would: SIGKILL; the nucleus starts it again
  genba fault link down          cut the connection to the cloud
  genba fault link up`

export function faultCommand(context: Context): Command {
  return new Command('fault')
    .description('break something in a running gateway, to see that nothing is lost')
    .addCommand(killCommand(context))
    .addCommand(linkCommand(context))
    .addHelpText('after', EXAMPLES)
}

const addOptions = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)

function killCommand({ installation, output }: Context): Command {
  return addOptions(new Command('kill'))
    .description('kill the process of a component')
    .argument('<component>', 'such as genba.Historian, or Historian for short')
    .action(async (text: string, { state, json }: FaultFlags) => {
      const component = findComponent(installation, text)
      const answer = await askRunningGateway(existingState(state), 'POST', '/fault/kill', { component })
      await (json ? output.json(answer) : output.data(`${component} was killed; see: genba status\n`))
    })
}

function linkCommand({ output }: Context): Command {
  return addOptions(new Command('link'))
    .description('cut or mend the connection to the cloud')
    .addArgument(new Argument('<state>', 'what it shall be').choices(['up', 'down']))
    .action(async (wanted: 'up' | 'down', { state, json }: FaultFlags) => {
      const answer = await askRunningGateway(existingState(state), 'POST', '/fault/link', { state: wanted })
      const next = wanted === 'down' ? 'summaries wait in the store; mend it with: genba fault link up' : ''
      const text =
        wanted === 'down' ? `the link is cut; ${next}\n` : 'the link is mended; what waited is sent now\n'
      await (json ? output.json(answer) : output.data(text))
    })
}
