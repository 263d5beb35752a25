import type { RunReport } from './run.ts'

/** The command that shows the same again. */
export function reproduceCommand(
  seed: number,
  options: { hours: number; sabotage?: string | undefined },
): string {
  const sabotage = options.sabotage === undefined ? '' : ` --sabotage ${options.sabotage}`
  return `npm run sim -- --seed ${seed} --hours ${options.hours}${sabotage}`
}

/** What a person wants to see of a seed that broke something. */
export function describeViolations(report: RunReport, command: string): string {
  const lines = [`seed ${report.seed} breaks a promise`]
  for (const { invariant, text, details } of report.violations) {
    lines.push(`  promise    ${invariant}`, `  found      ${text}`)
    for (const detail of details) lines.push(`             ${detail}`)
  }
  lines.push(
    `  faults     ${report.faults.length === 0 ? 'none' : report.faults.join(', ')}`,
    `  trace      ${report.trace}`,
    `  reproduce  ${command}`,
  )
  return lines.join('\n')
}

export const describeRun = ({ seed, trace, figures, faults, virtualSeconds }: RunReport): string =>
  `seed ${seed} holds: ${figures.samples} samples, ${figures.records} records, ${figures.starts} starts, ` +
  `${virtualSeconds} virtual seconds, trace ${trace}, faults ${faults.length === 0 ? 'none' : faults.join(', ')}`
