import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** systemResourceLimits of a deployment. */
export interface ResourceLimits {
  readonly memoryKiB?: number
  /** Processors at full load; may be a part of one. */
  readonly cpus?: number
}

/** Holds components to their limits as far as the operating system allows. */
export interface Limiter {
  /** Takes effect at once where control groups can be used, else with the next script. */
  set(component: string, limits: ResourceLimits | undefined): void
  /** Shell commands that a script of the component begins with. */
  prefix(component: string): string
  /** A process of the component has begun. */
  enter(component: string, pid: number): void
  /** Nothing of the component runs any more. */
  release(component: string): void
}

export interface LimiterOptions {
  /** Where control groups (version 2) are; `/sys/fs/cgroup` when left out. */
  readonly cgroups?: string
  /** Hears once for each component what cannot be done, in plain words. */
  readonly note: (component: string, text: string) => void
}

/** `cpu.max` gives microseconds in every period; this is the period that systemd takes too. */
const PERIOD_US = 100_000

export function createLimiter({ cgroups = '/sys/fs/cgroup', note }: LimiterOptions): Limiter {
  const group = openGroup(cgroups)
  return group === undefined ? limitByShell(note) : limitByGroup(group)
}

/** A group of our own for the groups of components; undefined where the system does not let us have one. */
function openGroup(cgroups: string): string | undefined {
  try {
    const controllers = readFileSync(join(cgroups, 'cgroup.controllers'), 'utf8').split(/\s+/)
    if (!controllers.includes('memory') || !controllers.includes('cpu')) return undefined
    const group = join(cgroups, `genba-${process.pid}`)
    mkdirSync(group, { recursive: true })
    for (const parent of [cgroups, group])
      writeFileSync(join(parent, 'cgroup.subtree_control'), '+memory +cpu')
    return group
  } catch {
    return undefined
  }
}

function limitByGroup(group: string): Limiter {
  // A name of its own kind: the kernel's files have names such as `cpu.max`, and so may components.
  const folderOf = (component: string): string => join(group, `${component}.component`)
  return {
    set: (component, limits) => {
      if (limits === undefined && !existsSync(folderOf(component))) return
      mkdirSync(folderOf(component), { recursive: true })
      const { memoryKiB, cpus } = limits ?? {}
      const memory = memoryKiB === undefined ? 'max' : String(memoryKiB * 1024)
      const quotaUs = cpus === undefined ? 'max' : String(Math.round(cpus * PERIOD_US))
      writeFileSync(join(folderOf(component), 'memory.max'), memory)
      writeFileSync(join(folderOf(component), 'cpu.max'), `${quotaUs} ${PERIOD_US}`)
    },
    prefix: () => '',
    enter: (component, pid) => {
      if (!existsSync(folderOf(component))) return
      try {
        writeFileSync(join(folderOf(component), 'cgroup.procs'), String(pid))
      } catch {
        // It has ended already.
      }
    },
    release: (component) => {
      try {
        rmdirSync(folderOf(component))
        rmdirSync(group)
      } catch {
        // There is none, or others are left.
      }
    },
  }
}

/**
 * The limit of data (`ulimit -d`) and not of address space (`-v`): a Node.js reserves gigabytes of the latter and
 * uses megabytes.
 */
function limitByShell(note: LimiterOptions['note']): Limiter {
  const kibibytes = new Map<string, number>()
  const noted = new Set<string>()
  return {
    set: (component, limits) => {
      const { memoryKiB, cpus } = limits ?? {}
      if (memoryKiB === undefined) kibibytes.delete(component)
      else kibibytes.set(component, memoryKiB)
      if (noted.has(component) || (memoryKiB === undefined && cpus === undefined)) return
      noted.add(component)
      note(
        component,
        'no control groups can be used here: memory is limited for each process by itself, processors are not',
      )
    },
    prefix: (component) => {
      const limit = kibibytes.get(component)
      return limit === undefined ? '' : `ulimit -d ${Math.floor(limit)}\n`
    },
    enter: () => undefined,
    release: (component) => {
      kibibytes.delete(component)
    },
  }
}
