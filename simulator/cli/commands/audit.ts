import { Command, Option } from 'commander'
import { AUDIT_ACTIONS, type AuditRecord } from '../../../shared/law/audit-record.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { readAudit } from '../law/audit-read.ts'
import { timeOption } from '../option-values.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface AuditFlags {
  readonly action?: readonly string[]
  readonly who?: string
  readonly target?: string
  readonly result?: 'done' | 'refused'
  readonly from?: number
  readonly to?: number
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba audit
  genba audit --action erase --action erasure-request --from 2026-03-01
  genba audit --who 'A. Sato' --result refused --json

Actions:
${Object.entries(AUDIT_ACTIONS)
  .map(([action, meaning]) => `  ${action.padEnd(17)} ${meaning}`)
  .join('\n')}`

export function auditCommand({ output }: Context): Command {
  return new Command('audit')
    .description('who did what to the data, when, and what came of it')
    .addOption(
      new Option('--action <name>', 'only this; may be repeated')
        .argParser(collect)
        .choices(Object.keys(AUDIT_ACTIONS)),
    )
    .option('--who <name>', 'only what this person or component did')
    .option('--target <text>', 'only where the target has this in it, such as a tag')
    .addOption(new Option('--result <name>').choices(['done', 'refused']))
    .option('--from <time>', 'ISO 8601, inclusive', timeOption('--from'))
    .option('--to <time>', 'ISO 8601, exclusive', timeOption('--to'))
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AuditFlags) => {
      const entries = (await readAudit(existingState(flags.state))).filter((record) =>
        isWanted(record, flags),
      )
      return flags.json ? output.json({ v: 1, entries }) : output.data(textOf(entries))
    })
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

function isWanted(record: AuditRecord, { action, who, target, result, from, to }: AuditFlags): boolean {
  return (
    (action === undefined || action.includes(record.action)) &&
    (who === undefined || record.who === who) &&
    (target === undefined || record.target.includes(target)) &&
    (result === undefined || record.result === result) &&
    (from === undefined || record.atUs >= from) &&
    (to === undefined || record.atUs < to)
  )
}

function textOf(entries: readonly AuditRecord[]): string {
  if (entries.length === 0) return 'the audit trail has nothing of this\n'
  const rows = entries.map(({ atUs, action, who, target, result, reason }) => [
    formatTimeUs(atUs),
    action,
    result,
    who,
    target,
    reason,
  ])
  return formatTable(['time', 'action', 'result', 'who', 'target', 'why'], rows)
}
