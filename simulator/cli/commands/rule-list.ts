import { Command } from 'commander'
import * as z from 'zod'
import { askProcessor } from '../ask-processor.ts'
import type { Context } from '../context.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface ListFlags {
  readonly state?: string
  readonly json?: true
}

const Answer = z.object({
  rules: z.array(
    z.object({
      name: z.string(),
      evaluated: z.number(),
      matched: z.number(),
      failed: z.number(),
      deadlineMs: z.number().nullable(),
      latency: z.object({ count: z.number(), missed: z.number(), p99Ms: z.number().nullable() }),
    }),
  ),
  detections: z.array(
    z.object({ name: z.string(), type: z.string(), severity: z.string(), raised: z.number() }),
  ),
  windows: z.array(z.object({ name: z.string(), tags: z.array(z.string()) })),
})
type Answer = z.output<typeof Answer>

export function ruleListCommand({ output }: Context): Command {
  return new Command('list')
    .description('rules, detections and windows of a running gateway, with their counts')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .action(async ({ state, json }: ListFlags) => {
      const answer = await askProcessor(existingState(state), { op: 'rules' })
      return json ? output.json(answer) : output.data(textOf(Answer.parse(answer)))
    })
}

function textOf({ rules, detections, windows }: Answer): string {
  const ms = (value: number | null): string => (value === null ? '' : `${value} ms`)
  const tables = [
    rules.length === 0
      ? ''
      : formatTable(
          ['rule', 'evaluated', 'matched', 'failed', 'deadline', 'acted', 'missed', 'p99'],
          rules.map(({ name, evaluated, matched, failed, deadlineMs, latency }) => [
            name,
            ...[evaluated, matched, failed].map(String),
            ms(deadlineMs),
            String(latency.count),
            String(latency.missed),
            ms(latency.p99Ms),
          ]),
        ),
    detections.length === 0
      ? ''
      : formatTable(
          ['detection', 'type', 'severity', 'raised now'],
          detections.map(({ name, type, severity, raised }) => [name, type, severity, String(raised)]),
        ),
    windows.length === 0
      ? ''
      : formatTable(
          ['window', 'tags'],
          windows.map(({ name, tags }) => [name, tags.join(', ')]),
        ),
  ].filter((table) => table !== '')
  return `${tables.join('\n')}\nwhy one fired or not: genba explain rule NAME\n`
}
