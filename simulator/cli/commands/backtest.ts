import { Command } from 'commander'
import { Backtest, type BacktestCounts, type BacktestReport } from '../../../shared/processing/backtest.ts'
import { settingsOf } from '../../../shared/processing/settings.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../figures.ts'
import { readLog } from '../log-read.ts'
import { timeOption } from '../option-values.ts'
import { readProcessorConfig } from '../processor-settings.ts'
import { createProgress } from '../progress.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'
import { isWithin } from '../time-range.ts'

interface BacktestFlags {
  readonly state?: string
  readonly config: string
  readonly from?: number
  readonly to?: number
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba backtest --config changed.yaml
  genba backtest --config changed.yaml --from 2026-03-01T00:00Z --to 2026-03-08T00:00Z --json

The file holds the processor's configuration (windows, detections, rules). It runs over the stored history with the
code of the processor; actions are counted and not done. Reads a running gateway and a stopped one. With --from and
--to, frames are taken whole that have a sample in the range.`

export function backtestCommand({ output, installation }: Context): Command {
  return new Command('backtest')
    .description('try a changed configuration on the stored history, beside what was')
    .requiredOption('--config <file>', 'YAML or JSON: the configuration of genba.Processor')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--from <time>', 'ISO 8601, inclusive', timeOption('--from'))
    .option('--to <time>', 'ISO 8601, exclusive', timeOption('--to'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: BacktestFlags) => {
      const settings = settingsOf(readProcessorConfig(flags.config))
      const state = existingState(flags.state)
      const maker = { component: 'genba.Backtest', version: installation.version, thing: state.thing }
      const backtest = new Backtest(maker, settings)
      const progress = createProgress(output)
      let frameCount = 0
      try {
        for await (const frame of readLog(state)) {
          if (output.closed.aborted) return
          if (isWithin(frame, flags)) backtest.take(frame)
          frameCount++
          progress.show(() => `backtest: ${formatCounted(frameCount, 'frame')} read`)
        }
      } finally {
        progress.end()
      }
      const report = backtest.report()
      await (flags.json ? output.json({ v: 1, ...report }) : output.data(textOf(report)))
    })
}

const ROWS = ['summaries', 'revisions', 'withdrawals', 'events', 'raised', 'cleared', 'bytes'] as const

function textOf({ frames, samples, was, would, onlyWas, onlyWould }: BacktestReport): string {
  const counts = ROWS.map((name) => [name, String(was[name]), String(would[name])])
  const rules = [...new Set([...Object.keys(was.byRule), ...Object.keys(would.byRule)])].sort()
  const raised = rules.map((name) => [name, timesOf(was, name), timesOf(would, name)])
  return [
    `${samples} samples in ${frames} frames of the log\n`,
    formatTable(
      ['', 'was', 'would be'],
      [
        ...counts,
        ['actions', '', String(would.actions)],
        ['derived samples', '', String(would.derivedSamples)],
      ],
    ),
    ...(raised.length === 0 ? [] : [formatTable(['alarms and events of', 'was', 'would be'], raised)]),
    listAlarms('raised then and not any more', onlyWas),
    listAlarms('raised now and not then', onlyWould),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function timesOf({ byRule }: BacktestCounts, name: string): string {
  const own = Object.hasOwn(byRule, name) ? byRule[name] : undefined
  const { raised, events } = own ?? { raised: 0, events: 0 }
  return events === 0 ? String(raised) : `${raised} + ${events} events`
}

function listAlarms(title: string, alarms: BacktestReport['onlyWas']): string {
  if (alarms.length === 0) return ''
  const rows = alarms.map(({ rule, tag, sinceUs, value }) => [
    formatTimeUs(sinceUs),
    rule,
    tag,
    String(value ?? ''),
  ])
  return `${title} (the first ${rows.length}):\n${formatTable(['since', 'rule', 'tag', 'value'], rows)}`
}
