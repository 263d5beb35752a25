import { CommanderError } from 'commander'
import { parseOptions, type SimOptions } from './options.ts'
import { describeRun, describeViolations, reproduceCommand } from './report.ts'
import type { RunReport } from './run.ts'
import { isWorker, type Job, runSeed, runSeeds, serveSeeds } from './seeds.ts'

const HOUR_US = 3_600_000_000
const EXIT_BROKEN = 1
const EXIT_USAGE = 2

const tell = (line: string) => process.stderr.write(`${line}\n`)

async function simulate(options: SimOptions): Promise<RunReport[]> {
  const job: Job = {
    faultyUs: Math.round(options.hours * HOUR_US),
    sabotage: options.sabotage,
    trace: options.trace,
  }
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index)
  const reports: RunReport[] = []
  const onReport = (report: RunReport) => {
    reports.push(report)
    const command = reproduceCommand(report.seed, options)
    tell(report.violations.length > 0 ? describeViolations(report, command) : describeRun(report))
  }
  if (seeds.length === 1) onReport(await runSeed(options.seed, job, tell))
  else {
    const workers = { entry: new URL(import.meta.url), count: options.jobs }
    await runSeeds(seeds, job, { workers, onReport })
  }
  return reports.sort((a, b) => a.seed - b.seed)
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  const startMs = performance.now()
  tell(`seeds ${options.seed} to ${options.seed + options.seeds - 1}, ${options.hours} virtual hours each`)
  const reports = await simulate(options)
  const elapsedMs = Math.round(performance.now() - startMs)
  const broken = reports.filter(({ violations }) => violations.length > 0)
  const virtualHours = reports.reduce((sum, { virtualSeconds }) => sum + virtualSeconds / 3600, 0)
  const hoursPerSecond = virtualHours / (elapsedMs / 1000)
  const result = {
    seed: options.seed,
    seeds: options.seeds,
    hours: options.hours,
    passed: reports.length - broken.length,
    failed: broken.length,
    virtualHours: Math.round(virtualHours * 100) / 100,
    elapsedMs,
    virtualHoursPerSecond: Math.round(hoursPerSecond * 100) / 100,
    runs: reports,
  }
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    process.stdout.write(
      `${result.passed} seeds hold, ${result.failed} do not; ${result.virtualHours} virtual hours ` +
        `in ${(elapsedMs / 1000).toFixed(1)} s (${result.virtualHoursPerSecond} virtual hours a second)\n`,
    )
  }
  return broken.length > 0 ? EXIT_BROKEN : 0
}

if (isWorker) serveSeeds()
else {
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE
  }
}
