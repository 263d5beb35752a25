import type { SchedulerLike } from 'rxjs'
import { closedSender } from './errors.ts'
import type { Outbox } from './outbox.ts'
import { POSITIONED_SHARE, type SenderLimits } from './sender-limits.ts'
import type { Spiller } from './spiller.ts'

/** Who may put a frame into the outbox, and who waits. */
export interface Admission {
  readonly limitBytes: number
  pressure(): number
  /**
   * Resolves when there is room. A source that can be read again waits as long as anything is on disk and never
   * takes more than its share of the memory; a live one makes room by spilling.
   *
   * @throws HandoffError `GENBA_HANDOFF_CLOSED`
   */
  enter(frame: { readonly positioned: boolean; readonly sizeBytes: number }): Promise<void>
  /** Resolves when the condition holds, or after the time. @throws HandoffError when closed before */
  until(isTrue: () => boolean, limit?: { scheduler: SchedulerLike; timeoutMs: number }): Promise<void>
  /** The outbox changed: everyone who waits looks again. */
  changed(): void
  close(): void
}

export function createAdmission(
  outbox: Outbox,
  spiller: Spiller | undefined,
  limits: SenderLimits,
): Admission {
  const { memoryBytes: memoryBytesMax } = limits
  const limitBytes = memoryBytesMax + (spiller ? limits.spillBytes : 0)
  let isClosed = false
  let waiters: (() => void)[] = []

  function hasRoom(positioned: boolean, sizeBytes: number): boolean {
    if (spiller && positioned && outbox.spillBytes > 0) return false
    const shareBytes = spiller && positioned ? memoryBytesMax * POSITIONED_SHARE : memoryBytesMax
    return outbox.memoryBytes === 0 || outbox.memoryBytes + sizeBytes <= shareBytes
  }

  const change = () => new Promise<void>((resolve) => waiters.push(resolve))

  function changed(): void {
    const woken = waiters
    waiters = []
    for (const wake of woken) wake()
  }

  return {
    limitBytes,
    pressure() {
      const { memoryBytes, spillBytes } = outbox
      const inMemory = memoryBytes / memoryBytesMax
      if (!spiller) return Math.min(1, inMemory)
      const inAll = (memoryBytes + spillBytes) / limitBytes
      return Math.min(1, spiller.isRefused ? Math.max(inMemory, inAll) : inAll)
    },
    async enter({ positioned, sizeBytes }) {
      while (!hasRoom(positioned, sizeBytes)) {
        if (isClosed) throw closedSender()
        const changing = change()
        if (!positioned) spiller?.makeRoom()
        await changing
      }
    },
    async until(isTrue, limit) {
      let isLate = false
      const timer = limit?.scheduler.schedule(() => {
        isLate = true
        changed()
      }, limit.timeoutMs)
      while (!isTrue() && !isLate) {
        if (isClosed) throw closedSender()
        await change()
      }
      timer?.unsubscribe()
    },
    changed,
    close() {
      isClosed = true
      changed()
    },
  }
}
