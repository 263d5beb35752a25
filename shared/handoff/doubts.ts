import type { SchedulerLike } from 'rxjs'
import type { Counter, Log } from '../component/host.ts'
import { describeError } from '../errors/genba-error.ts'
import type { HistorianClient } from '../reading/historian-client.ts'
import { retry, wait } from '../time/wait.ts'
import type { Outbox } from './outbox.ts'
import { type Identity, receive } from './receive.ts'
import { DISK_BACKOFF_MS, DISK_BACKOFF_MS_MAX, DOUBT_PAUSE_MS } from './sender-limits.ts'

/**
 * Settles what a commit message makes doubtful: the oldest frame of a producer does not follow what the historian
 * seems to hold. The message may be an old one, so the historian is asked. If it really holds less than it has
 * acknowledged (its disk was lost or restored), or a later epoch than this sender's (this disk was lost while the
 * clock was behind), no frame that is kept here could ever be stored under its number: all get new ones.
 */
export interface Doubts {
  /** Calls are merged while one is being settled. */
  settle(producer: string): void
}

export interface DoubtsParts {
  readonly client: HistorianClient
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly outbox: Outbox
  readonly signal: AbortSignal
  readonly renumbered: Counter
  /** A new epoch of the producer above what the historian holds; durable. */
  readonly nextEpoch: (producer: string, atLeast: number) => Promise<number>
  readonly onRenumbered: (producer: string, identity: { epoch: number; nextSequence: number }) => void
  /** Frames can be sent again. */
  readonly onRenumberingEnd: () => void
  readonly onHeld: (producer: string, held: Identity) => void
}

export function createDoubts(parts: DoubtsParts): Doubts {
  const { client, scheduler, log, outbox, signal, renumbered, nextEpoch } = parts
  const { onRenumbered, onRenumberingEnd, onHeld } = parts
  const open = new Set<string>()

  async function settle(producer: string): Promise<void> {
    const [state] = await client.producers([producer], signal)
    if (state === undefined) return
    const held = { epoch: state.epoch, sequence: state.sequence }
    onHeld(producer, held)
    const oldest = outbox.window.oldestOf(producer)
    if (oldest === undefined || receive(held, oldest) !== 'gap') {
      if (oldest === undefined || held.epoch <= oldest.epoch) return
    }
    await retry(scheduler, {
      firstMs: DISK_BACKOFF_MS,
      maxMs: DISK_BACKOFF_MS_MAX,
      signal,
      attempt: () => renumber(producer, held),
      onFailure: (error, pauseMs) =>
        log.warn({ producer, err: describeError(error), pauseMs }, 'frames could not be renumbered'),
    })
  }

  async function renumber(producer: string, held: Identity): Promise<void> {
    const known = outbox.heldOf(producer)
    const epoch = await nextEpoch(producer, held.epoch + 1)
    await outbox.renumber(producer, epoch, (frames) => {
      renumbered.add(frames)
      log.warn(
        { producer, held, acknowledged: known, epoch, frames },
        'the historian does not hold what it acknowledged; all frames that are kept are sent under new numbers',
      )
      onRenumbered(producer, { epoch, nextSequence: frames })
    })
    onRenumberingEnd()
  }

  return {
    settle(producer) {
      if (open.has(producer) || signal.aborted) return
      open.add(producer)
      settle(producer)
        .then(() => wait(scheduler, DOUBT_PAUSE_MS, signal))
        .catch((error) => {
          if (!signal.aborted) log.warn({ producer, err: describeError(error) }, 'a doubt is not settled')
        })
        .finally(() => open.delete(producer))
    },
  }
}
