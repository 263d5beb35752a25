import { Command, Option } from 'commander'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import type { Output } from '../output.ts'
import { readStream } from '../window/stream-file.ts'
import { type Emission, type Tried, tryWindow, type WatermarkMode } from '../window/try-window.ts'
import { readWindowConfig } from '../window/window-file.ts'

interface EvalFlags {
  readonly config: string
  readonly input: string
  readonly watermarks?: WatermarkMode
  readonly json?: true
}

const EXAMPLES = `
The configuration (YAML or JSON) is one window:
  type: tumbling
  size: 10s
  allowedLateness: 5s
  aggregates: [count, mean, { fn: percentile, q: 0.95, index: log, alpha: 0.01 }]

The input has one of these a line, in order of arrival:
  {"tag":"a","timeUs":1000000,"value":1.5,"quality":"good","producer":"p"}
  {"watermarkUs":10000000}             complete before this; {"watermark":{"completeBeforeUs":…,"producer":"p"}} too
  {"clock":{"nowUs":1000000000}}       the clock for idle producers and samples too far ahead
  {"end":true}                         the stream has ended

Samples between two other lines are one batch. Without watermarks in the input each sample moves the watermark to
its time less outOfOrderness; --watermarks says which of the two it shall be.

Example:
  genba window eval --config window.yaml --input samples.jsonl --json | jq .panes`

export function windowCommand({ output }: Context): Command {
  const evaluate = new Command('eval')
    .description('put given samples through one window and print every answer')
    .requiredOption('--config <file>', 'YAML or JSON, one window')
    .requiredOption('--input <file>', 'JSON lines: samples, watermarks, clocks, the end')
    .addOption(
      new Option('--watermarks <mode>', 'who says what is complete (default: as the input has them)').choices(
        ['explicit', 'estimated'],
      ),
    )
    .option('--json', 'one object: { panes, withdrawn, late, quarantined }')
    .addHelpText('after', EXAMPLES)
    .action((flags: EvalFlags) => evaluateWindow(output, flags))
  return new Command('window').description('try windows on given samples').addCommand(evaluate)
}

async function evaluateWindow(output: Output, flags: EvalFlags): Promise<void> {
  const config = readWindowConfig(flags.config)
  const lines = readStream(flags.input)
  const tried = tryWindow(config, lines, flags.watermarks)
  if (flags.json === true) await output.json(summary(tried))
  else for (const emission of tried.emissions) await output.data(`${describe(emission)}\n`)
  if (flags.json !== true) await output.data(`${describeTotals(tried)}\n`)
  if (tried.isSilent) {
    output.note('nothing in the input says what is complete: add {"watermarkUs":…} or {"end":true}')
  }
}

function summary({ emissions, lateCount, quarantined }: Tried): unknown {
  const of = (kind: Emission['kind']) =>
    emissions.filter((one) => one.kind === kind).map(({ kind: _, ...rest }) => rest)
  return {
    panes: of('pane'),
    withdrawn: of('withdrawn'),
    late: lateCount,
    lateSamples: of('late'),
    quarantined,
  }
}

function describe(emission: Emission): string {
  const place = `line ${emission.line}`.padEnd(10)
  if (emission.kind === 'late') {
    return `${place} late       ${emission.tag} ${timeText(emission.timeUs)} ${JSON.stringify(emission.value)}`
  }
  const bounds = `${timeText(emission.startUs)} .. ${timeText(emission.endUs)}`
  const identity = `${emission.key === '' ? '(all)' : emission.key} ${bounds} revision ${emission.revision}`
  if (emission.kind === 'withdrawn') return `${place} withdrawn  ${identity}`
  const state = emission.isFinal ? 'final' : 'open'
  const gap = emission.gap === true ? ' gap' : ''
  return `${place} ${emission.timing.padEnd(10)} ${identity} ${state}${gap} ${JSON.stringify(emission.aggregates)}`
}

/** Far from our time there is no calendar date to print. */
function timeText(timeUs: number): string {
  return Math.abs(timeUs) < 8.64e15 ? formatTimeUs(timeUs) : `${timeUs}us`
}

function describeTotals({ emissions, lateCount, quarantined }: Tried): string {
  const count = (kind: Emission['kind']) => emissions.filter((one) => one.kind === kind).length
  return `${count('pane')} panes, ${count('withdrawn')} withdrawn, ${lateCount} late, ${quarantined} quarantined`
}
