import type { Run } from '../runs.ts'

/** Adds one index, higher than all so far, to ascending runs. */
export function appendToRuns(runs: Run[], index: number): void {
  const last = runs.at(-1)
  if (last?.to === index) runs[runs.length - 1] = { from: last.from, to: index + 1 }
  else runs.push({ from: index, to: index + 1 })
}
