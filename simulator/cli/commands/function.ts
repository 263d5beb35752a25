import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { askProcessor } from '../ask-processor.ts'
import type { Context } from '../context.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface FunctionFlags {
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba function list                what runs, what waits, and what was set aside and why
  genba function replay ID           call the function once more with an input that was set aside
  genba function discard ID          forget it`

export function functionCommand(context: Context): Command {
  return new Command('function')
    .description("see the site's own functions and handle inputs that failed")
    .addCommand(listCommand(context))
    .addCommand(
      inputCommand(context, 'replay', 'call the function once more with an input that was set aside'),
    )
    .addCommand(inputCommand(context, 'discard', 'forget an input that was set aside'))
    .addHelpText('after', EXAMPLES)
}

const Answer = z.object({
  functions: z.array(
    z.object({
      name: z.string(),
      waiting: z.number(),
      atWork: z.number(),
      done: z.number(),
      retries: z.number(),
      refused: z.number(),
    }),
  ),
  inputs: z.array(
    z.object({
      function: z.string(),
      id: z.string(),
      cause: z.string(),
      message: z.string(),
      attempts: z.number(),
      timeUs: z.number(),
    }),
  ),
})

function listCommand({ output }: Context): Command {
  return addState(new Command('list'))
    .description('functions with their figures, and inputs that were set aside')
    .action(async ({ state, json }: FunctionFlags) => {
      const answer = await askProcessor(existingState(state), { op: 'functions' })
      if (json) return output.json(answer)
      const { functions, inputs } = Answer.parse(answer)
      if (functions.length === 0) return output.data('no function is configured\n')
      const head = ['function', 'done', 'waiting', 'at work', 'retries', 'refused']
      const rows = functions.map(({ name, done, waiting, atWork, retries, refused }) => [
        name,
        ...[done, waiting, atWork, retries, refused].map(String),
      ])
      const aside = inputs.map(({ id, function: name, timeUs, cause, attempts, message }) => [
        id,
        name,
        formatTimeUs(timeUs),
        cause,
        String(attempts),
        message.split('\n')[0] ?? '',
      ])
      const setAside =
        aside.length === 0
          ? ''
          : `\nset aside:\n${formatTable(['input', 'function', 'when', 'cause', 'attempts', 'message'], aside)}`
      return output.data(`${formatTable(head, rows)}${setAside}`)
    })
}

function inputCommand({ output }: Context, kind: 'replay' | 'discard', description: string): Command {
  return addState(new Command(kind))
    .description(description)
    .argument('<input>', 'its id, from: genba function list')
    .action(async (input: string, { state, json }: FunctionFlags) => {
      const answer = await askProcessor(existingState(state), { op: 'input', kind, input })
      const done = kind === 'replay' ? 'waits for its function again' : 'is forgotten'
      return json ? output.json(answer) : output.data(`${input} ${done}; see: genba function list\n`)
    })
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
