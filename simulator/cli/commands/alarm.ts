import { userInfo } from 'node:os'
import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { askProcessor } from '../ask-processor.ts'
import type { Context } from '../context.ts'
import { durationUsOption } from '../option-values.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface AlarmFlags {
  readonly state?: string
  readonly json?: true
}

interface OrderFlags extends AlarmFlags {
  readonly by?: string
  readonly reason?: string
  readonly for?: number
}

const EXAMPLES = `
Examples:
  genba alarm list
  genba alarm acknowledge hot line1/press1/temperature --reason 'fan ordered'
  genba alarm shelve hot line1/press1/temperature --for 8h --reason 'planned work'
  genba alarm unshelve hot line1/press1/temperature`

export function alarmCommand(context: Context): Command {
  return new Command('alarm')
    .description('see and handle the alarms of a running gateway')
    .addCommand(listCommand(context))
    .addCommand(orderCommand(context, 'acknowledge', 'say that you have seen an alarm'))
    .addCommand(shelveCommand(context))
    .addCommand(orderCommand(context, 'unshelve', 'hear of a shelved alarm again'))
    .addHelpText('after', EXAMPLES)
}

const Answer = z.object({
  alarms: z.array(
    z.object({
      rule: z.string(),
      key: z.string(),
      isRaised: z.boolean(),
      isAcknowledged: z.boolean(),
      shelvedUntilUs: z.number().optional(),
      severity: z.string(),
      sinceUs: z.number(),
      value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
    }),
  ),
})

function listCommand({ output }: Context): Command {
  return addState(new Command('list'))
    .description('alarms that stand or are shelved')
    .action(async ({ state, json }: AlarmFlags) => {
      const answer = await askProcessor(existingState(state), { op: 'alarms' })
      if (json) return output.json(answer)
      const { alarms } = Answer.parse(answer)
      if (alarms.length === 0) return output.data('no alarm stands; see: genba rule list\n')
      const rows = alarms.map((alarm) => [
        alarm.severity,
        alarm.rule,
        alarm.key,
        formatTimeUs(alarm.sinceUs),
        String(alarm.value ?? ''),
        stateOf(alarm),
      ])
      return output.data(formatTable(['severity', 'rule', 'tag', 'since', 'value', 'state'], rows))
    })
}

function stateOf(alarm: z.output<typeof Answer>['alarms'][number]): string {
  if (alarm.shelvedUntilUs !== undefined) return `shelved until ${formatTimeUs(alarm.shelvedUntilUs)}`
  if (!alarm.isRaised) return 'clear'
  return alarm.isAcknowledged ? 'acknowledged' : 'raised'
}

const shelveCommand = (context: Context): Command =>
  orderCommand(context, 'shelve', 'hear nothing of an alarm for a while').requiredOption(
    '--for <duration>',
    'such as 30m or 8h',
    durationUsOption('--for'),
  )

function orderCommand(
  { output }: Context,
  kind: 'acknowledge' | 'shelve' | 'unshelve',
  description: string,
): Command {
  return addState(new Command(kind))
    .description(description)
    .argument('<rule>', 'name of the rule or detection')
    .argument('<tag>', 'tag of the alarm')
    .option('--by <name>', 'who you are (default: your login name)')
    .option('--reason <text>', 'kept with the alarm')
    .action(async (rule: string, key: string, { state, json, by, reason, for: forUs }: OrderFlags) => {
      const answer = await askProcessor(existingState(state), {
        op: 'alarm',
        kind,
        rule,
        key,
        by: by ?? userInfo().username,
        ...(reason === undefined ? {} : { reason }),
        ...(forUs === undefined ? {} : { forUs }),
      })
      return json ? output.json(answer) : output.data(`${kind}d: ${rule} on ${key}; see: genba alarm list\n`)
    })
}

const addState = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
