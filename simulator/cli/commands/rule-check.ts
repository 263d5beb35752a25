import { Command } from 'commander'
import type { Context } from '../context.ts'
import { formatCounted } from '../figures.ts'
import { readProcessorConfig } from '../processor-settings.ts'

const EXAMPLES = `
Example:
  genba rule check rules.yaml

The file holds the configuration of genba.Processor, alone or under that name. Every mistake is told with its place.`

export function ruleCheckCommand({ output }: Context): Command {
  return new Command('check')
    .description('check windows, detections, rules and functions of a file before it is deployed')
    .argument('<file>', 'YAML or JSON')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const { windows, detections, rules, functions } = readProcessorConfig(file)
      const counts = {
        windows: windows.length,
        detections: detections.length,
        rules: rules.length,
        functions: functions.length,
      }
      const text = Object.entries(counts)
        .map(([name, count]) => formatCounted(count, name.slice(0, -1)))
        .join(', ')
      const next = `try it on what is stored: genba backtest --config ${file}`
      await (json
        ? output.json({ ok: true, ...counts })
        : output.data(`${file} is valid: ${text}\n${next}\n`))
    })
}
