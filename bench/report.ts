import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Benchmark, BenchResult, Figures } from './benchmark.ts'

/** On what machine figures were taken: without it they say nothing. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
  readonly platform: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
  }
}

/** The one object of `--json`; its keys are an interface. */
export function toJson(bench: Benchmark, result: BenchResult): string {
  return JSON.stringify({ name: bench.name, ...result, machine: describeMachine() })
}

/** The same for people: one aligned line a figure. */
export function toTable(bench: Benchmark, result: BenchResult): string {
  const machine = describeMachine()
  const goals = Object.entries(result.goals).map(([name, goal]): [string, string] => [
    name,
    `${format(goal.measured)} of ${format(goal.wanted)} wanted: ${goal.reached ? 'reached' : 'missed'}`,
  ])
  return [
    `${bench.name}: ${bench.summary}`,
    `${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, ${machine.platform}`,
    ...section('figures', rowsOf(result.figures)),
    ...section('ratios', rowsOf(result.ratios)),
    ...section('goals', goals),
  ].join('\n')
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([name]) => name.length))
  return ['', title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)]
}

function rowsOf(figures: Figures, path = ''): [string, string][] {
  return Object.entries(figures).flatMap(([name, value]): [string, string][] =>
    typeof value === 'number' ? [[`${path}${name}`, format(value)]] : rowsOf(value, `${path}${name} `),
  )
}

function format(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
