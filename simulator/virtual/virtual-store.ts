import { StoreError } from '../../shared/store/errors.ts'
import type { KeyRange, KeyValueStore, PageLimits, StoreOperation } from '../../shared/store/store.ts'
import type { Random } from './random.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { World } from './world.ts'

/** A store on the simulated disk: it takes time, and it can refuse. */
export interface VirtualStore extends KeyValueStore {
  /** The process has ended: of the writes under way, some first ones still reach the disk. */
  abandon(): void
}

/** A read or an unsynced write from memory; a synced one waits for the card (measured cards: 1 to 10 ms). */
const QUICK_US = { least: 20, most: 300 }
const SYNCED_US = { least: 800, most: 8000 }
/** How long a saboteur's acknowledged write stays in memory. */
const UNWRITTEN_US = 3_000_000

export function openVirtualStore(
  world: Pick<World, 'clock' | 'conditions' | 'disk' | 'sabotage'>,
  options: { readonly component: string; readonly name: string; readonly random: Random },
): VirtualStore {
  const { clock, conditions, sabotage } = world
  const { random } = options
  const directory = world.disk.directory(options.component, options.name)
  const inner = directory.disk.open()
  const isLying = sabotage?.kind === 'acknowledge-before-write' && sabotage.component === options.component

  const latencyUs = (range: { least: number; most: number }) =>
    random.integer(range.least, range.most) * conditions.disk.slowness

  const read = <T>(effect: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      clock.after(latencyUs(QUICK_US), () => effect().then(resolve, reject))
    })

  const refuseIfFaulty = () => {
    if (conditions.disk.full) throw new StoreError('GENBA_STORE_FULL', 'no space left on the simulated disk')
    if (random.chance(conditions.disk.errorProbability)) {
      throw new StoreError('GENBA_STORE_IO', 'the simulated disk refused a write')
    }
  }

  const writes = createWriteQueue(clock, (sync) => latencyUs(sync ? SYNCED_US : QUICK_US))
  const write = (sync: boolean, effect: () => Promise<void>): Promise<void> =>
    writes.add(sync, async () => {
      refuseIfFaulty()
      await effect()
    })

  const flushLater = () => {
    clock.after(UNWRITTEN_US, () => {
      if (directory.disk.unsyncedCount() > 0) inner.batch([], { sync: true }).catch(() => undefined)
    })
  }

  return {
    get: (key: Uint8Array) => read(() => inner.get(key)),
    page: (range: KeyRange, limits: PageLimits) => read(() => inner.page(range, limits)),
    async batch(operations: readonly StoreOperation[], options: { readonly sync: boolean }) {
      // Copied at the call: the giver may change its list or its buffers while the write is under way.
      const copy = operations.map((operation) =>
        operation.type === 'put' ? { ...operation, value: operation.value.slice() } : { ...operation },
      )
      await write(options.sync, () => inner.batch(copy, { sync: options.sync && !isLying }))
      if (isLying) flushLater()
      directory.confirm(copy, options.sync)
    },
    clear: (range: KeyRange) => write(false, () => inner.clear(range)),
    compact: (range: Parameters<KeyValueStore['compact']>[0]) => write(false, () => inner.compact(range)),
    async close() {
      while (writes.count() > 0) await read(async () => undefined)
      await inner.close()
    },
    abandon: () => writes.abandon((count) => random.integer(0, count)),
  }
}

/** Writes under way: they take their time and reach the disk in the order of their calls. */
function createWriteQueue(clock: VirtualClock, latencyUs: (sync: boolean) => number) {
  const underWay = new Set<() => Promise<void>>()
  let lastWriteUs = 0
  return {
    count: () => underWay.size,
    add: (sync: boolean, apply: () => Promise<void>): Promise<void> =>
      new Promise((resolve, reject) => {
        const doneUs = Math.max(lastWriteUs, clock.nowUs() + latencyUs(sync))
        lastWriteUs = doneUs
        underWay.add(apply)
        clock.after(doneUs - clock.nowUs(), () => {
          if (underWay.delete(apply)) apply().then(resolve, reject)
        })
      }),
    /** The process has ended: as many of the first as `reachedOf` says still reach the disk. */
    abandon(reachedOf: (count: number) => number): void {
      const reached = reachedOf(underWay.size)
      for (const apply of [...underWay].slice(0, reached)) apply().catch(() => undefined)
      underWay.clear()
    },
  }
}
