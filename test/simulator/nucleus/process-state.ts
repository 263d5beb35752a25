import { readFileSync } from 'node:fs'

/** A process that SIGSTOP has frozen (proc(5), stat, field 3). */
export function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
}
