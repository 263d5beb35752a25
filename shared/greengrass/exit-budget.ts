import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { EXITS_MAX, EXITS_PER_MS } from './limits.ts'

/** Times at which the component has ended itself for want of a nucleus; a file, since each is the last of a process. */
export interface ExitBudget {
  /** @returns false when it has done so as often as an hour allows; otherwise notes this time */
  spend(nowMs: number): boolean
}

export function openExitBudget(path: string): ExitBudget {
  return {
    spend: (nowMs) => {
      const recent = recentExits(readTimes(path), nowMs)
      if (recent.length >= EXITS_MAX) return false
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, JSON.stringify([...recent, nowMs]))
      return true
    },
  }
}

/** Times of the last hour; those in the future (the clock was set back) do not count. */
function recentExits(times: readonly number[], nowMs: number): number[] {
  return times.filter((time) => time <= nowMs && nowMs - time < EXITS_PER_MS)
}

function readTimes(path: string): number[] {
  try {
    const times: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(times) ? times.filter((time) => typeof time === 'number') : []
  } catch {
    // Missing, or cut short: then there is nothing to count.
    return []
  }
}
