import type { SchedulerLike } from 'rxjs'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { HistorianClient } from '../../shared/reading/historian-client.ts'
import type { Nudge } from '../../shared/time/nudge.ts'
import { wait } from '../../shared/time/wait.ts'
import { FRAMES_PER_TURN, POLL_MS } from './limits.ts'
import { type LiveTail, type LogEntry, readFrame } from './live-tail.ts'

export interface FollowerParts {
  readonly client: HistorianClient
  readonly tail: LiveTail
  /** Called when the tail has grown. */
  readonly nudge: Nudge
  readonly scheduler: SchedulerLike
  readonly signal: AbortSignal
}

/**
 * Every position of the log after `afterLsn`, in order and without gap, a few at a time: live where the bus has
 * brought frame and commit, from the historian otherwise. What is sealed is stepped over in one entry. Pulled, so a slow
 * consumer holds nothing up but itself.
 * Empty batches come when there is nothing new.
 *
 * @throws GenbaError `GENBA_PROCESSOR_LOG_REPLACED` when the log ends before `afterLsn`; the signal's reason
 */
export async function* followLog(
  afterLsn: number,
  parts: FollowerParts,
): AsyncGenerator<readonly LogEntry[]> {
  const { tail, nudge, scheduler, signal } = parts
  let lsn = afterLsn
  let isBehind = true
  for (;;) {
    signal.throwIfAborted()
    const live = tail.takeAfter(lsn, FRAMES_PER_TURN)
    if (live.length > 0) {
      lsn += live.length
      yield live
      // The bus, the timers and the disk get their turn.
      await wait(scheduler, 0, signal)
      continue
    }
    if (isBehind || tail.newestLsn > lsn) {
      for await (const entries of readLog(lsn, parts)) {
        lsn = entries.at(-1)?.lsn ?? lsn
        tail.discardUpTo(lsn)
        yield entries
      }
      isBehind = false
      continue
    }
    yield []
    isBehind = (await nudge.wait(POLL_MS, signal)) === 'timeout'
  }
}

async function* readLog(
  afterLsn: number,
  { client, signal }: FollowerParts,
): AsyncGenerator<readonly LogEntry[]> {
  let lsn = afterLsn
  for await (const part of client.log({ afterLsn, body: 'any', signal })) {
    if (part.headLsn < afterLsn) throw replacedLog(afterLsn, part.headLsn)
    if (part.sealedLsn > lsn) {
      lsn = part.sealedLsn
      yield [{ lsn, frame: 'sealed' }]
    }
    const frames = new Map(part.frames.map((frame) => [frame.lsn, frame.bytes]))
    for (const last = part.readLsn; lsn < last; ) {
      const count = Math.min(FRAMES_PER_TURN, last - lsn)
      const entries = Array.from({ length: count }, (_, offset): LogEntry => {
        const bytes = frames.get(lsn + offset + 1)
        // The historian leaves out what its disk has damaged.
        return { lsn: lsn + offset + 1, frame: bytes === undefined ? 'unreadable' : readFrame(bytes) }
      })
      lsn += count
      yield entries
    }
  }
}

export const LOG_REPLACED = 'GENBA_PROCESSOR_LOG_REPLACED'

export function replacedLog(lsn: number, headLsn: number): GenbaError {
  return new GenbaError(LOG_REPLACED, "the historian's log is not the one processed so far", {
    issues: [
      {
        where: 'log position',
        expected: `${lsn} or later`,
        received: `${headLsn}`,
        effect: 'the checkpoint is dropped and the log processed from its beginning',
      },
    ],
  })
}
