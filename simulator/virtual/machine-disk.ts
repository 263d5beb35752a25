import { createMemoryDisk, type MemoryDisk } from '../../shared/store/memory-store.ts'
import type { StoreOperation } from '../../shared/store/store.ts'
import type { Random } from './random.ts'
import type { Sabotage } from './sabotage.ts'

/** The gateway's one disk: every component's directories, which outlive the component and may outlive power. */
export interface MachineDisk {
  /** The directory `name` of a component; made when it is not there. */
  directory(component: string, name: string): Directory
  /** Everything a component keeps, by directory name. */
  disks(component: string): ReadonlyMap<string, MemoryDisk>
  /** The process of a component has ended without closing anything. */
  kill(component: string): void
  /** The machine has lost power: some newest unsynced writes of each directory are gone. */
  losePower(random: Random): void
  watch(watcher: DiskWatcher): void
}

export interface Directory {
  readonly disk: MemoryDisk
  /** Tells the watchers what a component was told: its batch is written. */
  confirm(operations: readonly StoreOperation[], sync: boolean): void
}

/** Sees what components write, from outside: the truth that the invariants are checked against. */
export interface DiskWatcher {
  onConfirmed(component: string, operations: readonly StoreOperation[], sync: boolean): void
  onPowerLost(): void
}

export function createMachineDisk(sabotage: Sabotage | undefined): MachineDisk {
  const directories = new Map<string, Map<string, MemoryDisk>>()
  const watchers: DiskWatcher[] = []

  const disksOf = (component: string): Map<string, MemoryDisk> => {
    const known = directories.get(component) ?? new Map<string, MemoryDisk>()
    directories.set(component, known)
    return known
  }

  return {
    directory(component, name) {
      const disks = disksOf(component)
      const disk = disks.get(name) ?? createMemoryDisk()
      disks.set(name, disk)
      return {
        disk,
        confirm(operations, sync) {
          for (const watcher of watchers) watcher.onConfirmed(component, operations, sync)
        },
      }
    },
    disks: disksOf,
    kill(component) {
      for (const [name, disk] of disksOf(component)) {
        disk.kill()
        if (sabotage?.kind === 'acknowledge-before-write' && component === sabotage.component)
          disk.losePower()
        if (sabotage?.kind === 'forget-spill' && component === sabotage.component) {
          disksOf(component).set(name, createMemoryDisk())
        }
      }
    },
    losePower(random) {
      for (const disks of directories.values()) {
        for (const disk of disks.values()) disk.losePower(random.integer(0, disk.unsyncedCount()))
      }
      for (const watcher of watchers) watcher.onPowerLost()
    },
    watch(watcher) {
      watchers.push(watcher)
    },
  }
}
