import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import type { Context } from '../context.ts'
import type { Installation } from '../deployments.ts'
import { findComponent } from '../find-component.ts'
import { type LogEntry, LogFile, logNames } from '../log-files.ts'
import { countOption } from '../option-values.ts'
import type { Output } from '../output.ts'
import { existingState } from '../state-directory.ts'
import type { Terminal } from '../terminal.ts'

interface LogsFlags {
  readonly state?: string
  readonly follow?: true
  readonly lines: number
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba logs                         the newest lines of all components, by time
  genba logs Collector -n 20
  genba logs -f                      and those that come
  genba logs greengrass              what the nucleus itself says`

const LINES_DEFAULT = 200
const POLL_MS = 200

export function logsCommand({ installation, output }: Context): Command {
  return new Command('logs')
    .description('print what the components log, running or stopped')
    .argument('[component]', 'such as genba.Collector, or Collector for short; all when left out')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('-f, --follow', 'go on as lines come')
    .option('-n, --lines <n>', 'how many of the newest lines', countOption('--lines'), LINES_DEFAULT)
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action(async (component: string | undefined, flags: LogsFlags) => {
      const { logs } = existingState(flags.state)
      const there = logNames(logs)
      const names = component === undefined ? there : [logOf(component, there, installation)]
      const files = names.map((each) => new LogFile(logs, each))
      await printLogs(output, files, flags)
    })
}

/** Whoever has a log here, ours or not; else one of ours, whose log may still come. */
const logOf = (text: string, there: readonly string[], installation: Installation): string =>
  there.find((name) => name.toLowerCase() === text.toLowerCase()) ?? findComponent(installation, text)

async function printLogs(output: Output, files: readonly LogFile[], flags: LogsFlags): Promise<void> {
  await print(output, newest(files, flags.lines), flags)
  while (flags.follow && !output.closed.aborted) {
    await pause(POLL_MS)
    await print(output, newest(files, Number.POSITIVE_INFINITY), flags)
  }
}

/** By time; lines of one file stay in their order. Keeps no more than `count` of each file in memory. */
function newest(files: readonly LogFile[], count: number): LogEntry[] {
  const entries = files.flatMap((file) => {
    const kept: LogEntry[] = []
    for (const entry of file.read()) {
      kept.push(entry)
      if (kept.length > 2 * count) kept.splice(0, kept.length - count)
    }
    return kept
  })
  const sorted = entries.sort((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0))
  return count === 0 ? [] : sorted.slice(-count)
}

async function print(output: Output, entries: readonly LogEntry[], { json }: LogsFlags): Promise<void> {
  const line = json ? (entry: LogEntry) => JSON.stringify(entry) : textOf(output.terminal.colours)
  for (const entry of entries) await output.data(`${line(entry)}\n`)
}

function textOf(colours: Terminal['colours']): (entry: LogEntry) => string {
  const paint: Readonly<Record<string, (text: string) => string>> = {
    ERROR: colours.red,
    FATAL: colours.red,
    WARN: colours.yellow,
  }
  return ({ time, level, component, message, fields }) => {
    const rest = Object.entries(fields).map(([name, value]) =>
      colours.dim(`${name}=${JSON.stringify(value)}`),
    )
    const shown = paint[level]?.(level.padEnd(5)) ?? level.padEnd(5)
    return [colours.dim(time), shown, component.padEnd(15), message, ...rest].join(' ')
  }
}
