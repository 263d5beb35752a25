import { Command } from 'commander'
import * as z from 'zod'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { readConfiguration, unfold } from '../deploying/configuration.ts'
import { CliError } from '../errors.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'

interface ComponentFlags {
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba component list
  genba component details genba.Processor
  genba component restart genba.Uplink
  genba component stop genba.Uplink          until a restart, a deployment, or the next start of the gateway`

const Components = z.array(z.looseObject({ name: z.string(), version: z.string(), state: z.string() }))
type Component = z.output<typeof Components>[number]

export function componentCommand(context: Context): Command {
  return new Command('component')
    .description('see the components on a running gateway, restart or stop one')
    .addCommand(listCommand(context))
    .addCommand(detailsCommand(context))
    .addCommand(orderCommand(context, 'restart', 'stop a component and start it again'))
    .addCommand(orderCommand(context, 'stop', 'stop a component'))
    .addHelpText('after', EXAMPLES)
}

function listCommand({ output }: Context): Command {
  return addState(new Command('list'))
    .description('every component, in the words of greengrass-cli')
    .action(async ({ state: option, json }: ComponentFlags) => {
      const state = existingState(option)
      const components = await componentsOf(state)
      const all = await Promise.all(
        components.map(async (each) => ({ ...each, configuration: await configurationIn(state, each.name) })),
      )
      if (json) return output.json({ v: 1, components: all })
      return output.data(`Components currently running in Greengrass:\n${all.map(detailsText).join('')}`)
    })
}

function detailsCommand({ output }: Context): Command {
  return addState(new Command('details'))
    .description('one component with its configuration')
    .argument('<component>', 'its name, or its last part')
    .action(async (text: string, { state: option, json }: ComponentFlags) => {
      const state = existingState(option)
      const component = await existingComponent(state, text)
      const details = { ...component, configuration: await configurationIn(state, component.name) }
      return json ? output.json({ v: 1, ...details }) : output.data(detailsText(details))
    })
}

function orderCommand({ output }: Context, order: 'restart' | 'stop', description: string): Command {
  return addState(new Command(order))
    .description(description)
    .argument('<component>', 'its name, or its last part')
    .action(async (text: string, { state: option, json }: ComponentFlags) => {
      const state = existingState(option)
      const { name: component } = await existingComponent(state, text)
      const answer = await askRunningGateway(state, 'POST', `/components/${order}`, { component })
      const done = order === 'restart' ? 'was restarted' : 'was stopped'
      return json ? output.json(answer) : output.data(`${component} ${done}; see: genba status\n`)
    })
}

const componentsOf = async (state: StateDirectory): Promise<readonly Component[]> =>
  Components.parse(await askRunningGateway(state, 'GET', '/components'))

/** A gateway may have components of other makers, so it is asked, and not the project. */
export async function existingComponent(state: StateDirectory, text: string): Promise<Component> {
  const components = await componentsOf(state)
  const wanted = text.toLowerCase()
  const found =
    components.find(({ name }) => name.toLowerCase() === wanted) ??
    components.find(({ name }) => name.toLowerCase().endsWith(`.${wanted}`))
  if (found !== undefined) return found
  throw new CliError('GENBA_COMPONENT_UNKNOWN', 'there is no such component on the gateway', {
    expected: components.map(({ name }) => name).join(', '),
    received: text,
  })
}

const configurationIn = async (state: StateDirectory, component: string) =>
  unfold(await readConfiguration(state, component))

function detailsText({
  name,
  version,
  state,
  configuration,
}: Component & { readonly configuration: unknown }): string {
  return [
    `Component Name: ${name}`,
    `    Version: ${version}`,
    `    State: ${state}`,
    `    Configuration: ${JSON.stringify(configuration)}`,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
