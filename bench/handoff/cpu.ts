import { readFileSync } from 'node:fs'
import type { Nucleus } from '../../simulator/nucleus/core-device.ts'

/** Clock ticks a second in /proc: fixed at 100 for user space on every Linux architecture. */
const TICKS_PER_SECOND = 100

/** CPU time used so far, in seconds, by each component's process and by the nucleus (this process). */
export function cpuSeconds(nucleus: Nucleus): Readonly<Record<string, number>> {
  const own = process.cpuUsage()
  const components = nucleus
    .components()
    .flatMap(({ name, pid }) => (pid === null ? [] : [[name, processSeconds(pid)] as const]))
  return Object.fromEntries([...components, ['nucleus', (own.user + own.system) / 1e6]])
}

/** User and system time of a process; fields 14 and 15 of proc(5) `stat`, counted after the name in parentheses. */
function processSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

export function difference(
  later: Readonly<Record<string, number>>,
  earlier: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(later).map(([name, seconds]) => [name, seconds - (earlier[name] ?? 0)]),
  )
}
