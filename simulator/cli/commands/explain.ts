import { Command } from 'commander'
import * as z from 'zod'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { askProcessor } from '../ask-processor.ts'
import type { Context } from '../context.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface ExplainFlags {
  readonly state?: string
  readonly key?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba explain rule hot
  genba explain rule hot --key line1/press1/temperature     also the watermark and the open windows of that tag`

export function explainCommand(context: Context): Command {
  return new Command('explain')
    .description('why a running gateway did something, or did not')
    .addCommand(ruleCommand(context))
    .addHelpText('after', EXAMPLES)
}

const Evaluation = z.object({
  key: z.string(),
  timeUs: z.number(),
  value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  reason: z.string().optional(),
})

const Alarm = z.object({
  key: z.string(),
  alarm: z.object({ isRaised: z.boolean(), sinceUs: z.number() }).optional(),
  /** What a detection makes of the tag; rules of SQL have none. */
  detection: z.object({ why: z.string() }).optional(),
  /** Of a tag of which nothing is known. */
  why: z.string().optional(),
})

const Explanation = z.object({
  name: z.string(),
  sql: z.string().optional(),
  evaluated: z.number().optional(),
  matched: z.number().optional(),
  failed: z.number().optional(),
  counts: z.object({ lateSamples: z.number(), quarantinedSamples: z.number(), refusedSamples: z.number() }),
  alarms: z.array(Alarm),
  windows: z.array(z.unknown()),
  last: z
    .object({ matches: z.array(Evaluation), misses: z.array(Evaluation), failures: z.array(Evaluation) })
    .optional(),
})
type Explanation = z.output<typeof Explanation>

function ruleCommand({ output }: Context): Command {
  return new Command('rule')
    .description('why a rule or detection fired or did not')
    .argument('<name>', 'of the rule or detection')
    .option('--key <tag>', 'a tag, or the key of a window')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (rule: string, { state, key, json }: ExplainFlags) => {
      const question = { op: 'explain' as const, rule, ...(key === undefined ? {} : { key }) }
      const answer = await askProcessor(existingState(state), question)
      return json ? output.json(answer) : output.data(textOf(Explanation.parse(answer)))
    })
}

function textOf({
  name,
  sql,
  evaluated,
  matched,
  failed,
  counts,
  alarms,
  windows,
  last,
}: Explanation): string {
  return [
    sql === undefined ? `${name}\n` : `${name}: ${sql}\n`,
    evaluated === undefined ? '' : `evaluated ${evaluated}, matched ${matched}, failed ${failed}\n`,
    `samples too late ${counts.lateSamples}, quarantined ${counts.quarantinedSamples}, refused ${counts.refusedSamples}\n`,
    ...alarms.map((alarm) => `${alarm.key}: ${whyOf(alarm)}\n`),
    ...windows.map((window) => `${JSON.stringify(window, null, 2)}\n`),
    ...(last === undefined
      ? []
      : [
          list('last matches', last.matches),
          list('last that did not match', last.misses),
          list('last failures', last.failures),
        ]),
  ].join('')
}

function whyOf({ alarm, detection, why }: z.output<typeof Alarm>): string {
  const state = alarm?.isRaised ? `raised since ${formatTimeUs(alarm.sinceUs)}` : undefined
  return [detection?.why ?? why, state].filter((part) => part !== undefined).join('; ') || 'not raised'
}

function list(title: string, evaluations: readonly z.output<typeof Evaluation>[]): string {
  if (evaluations.length === 0) return ''
  const rows = evaluations.map(({ timeUs, key, value, reason }) => [
    formatTimeUs(timeUs),
    key,
    String(value ?? ''),
    reason ?? '',
  ])
  return `\n${title}:\n${formatTable(['time', 'tag', 'value', ''], rows)}`
}
