import { readFileSync, rmSync } from 'node:fs'
import * as z from 'zod'
import { replaceFile } from '../configuration/persisted.ts'
import { NucleusError } from '../errors.ts'
import { signalGroup } from './process/script-process.ts'

/**
 * The processes of a core, written down, so that a nucleus which was killed itself finds what it left running: those
 * processes hold the stores that the next ones need.
 */
export interface ProcessTable {
  add(pid: number): void
  remove(pid: number): void
  /** The core has stopped in order. */
  close(): void
}

const Entry = z.object({ pid: z.number(), started: z.string() })
const Table = z.object({ nucleus: Entry, processes: z.array(Entry) })
type Entry = z.output<typeof Entry>

/** @throws NucleusError `GENBA_NUCLEUS_ROOT` when a living nucleus has this root */
export function openProcessTable(path: string): ProcessTable {
  const left = readTable(path)
  if (left !== undefined && isAlive(left.nucleus)) {
    throw new NucleusError('GENBA_NUCLEUS_ROOT', 'this core device is running already', [
      {
        where: path,
        received: `process ${left.nucleus.pid}`,
        mend: 'stop it first, or use another directory',
      },
    ])
  }
  for (const entry of left?.processes ?? []) if (isAlive(entry)) signalGroup(entry.pid, 'SIGKILL')
  const processes = new Map<number, Entry>()
  const nucleus = describe(process.pid)
  const write = (): void => replaceFile(path, JSON.stringify({ nucleus, processes: [...processes.values()] }))
  write()
  return {
    add: (pid) => {
      processes.set(pid, describe(pid))
      write()
    },
    remove: (pid) => {
      if (processes.delete(pid)) write()
    },
    close: () => rmSync(path, { force: true }),
  }
}

function readTable(path: string): z.output<typeof Table> | undefined {
  try {
    return Table.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // None yet, or cut short by a kill of the machine: then its processes are gone too.
    return undefined
  }
}

/** Process ids are used again, so a process is known by its start as well, where the system tells it. */
const describe = (pid: number): Entry => ({ pid, started: startOf(pid) ?? '' })

function isAlive({ pid, started }: Entry): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return (startOf(pid) ?? '') === started
}

/** Clock ticks between the machine's start and the process's (proc(5), stat, field 22). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
