import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A tenth of the component's own weight: on a core that both want, a loop in a function costs it next to nothing. */
const NICENESS = 10

/**
 * Lowers the priority of this thread alone. On Linux setpriority(2) takes a thread's id where POSIX says a process's;
 * elsewhere there is no such way, and threads of functions weigh as much as any.
 */
export function giveWay(): void {
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1)
    setPriority(Number(thread), NICENESS)
  } catch {
    // Not Linux, or no /proc in this container: functions still run, only with full weight.
  }
}
