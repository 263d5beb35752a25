import type { CommitMessage } from '../contract/commit.ts'
import type { Outbox } from './outbox.ts'
import { type Identity, receive } from './receive.ts'

/** What one message of the historian means for the outbox. */
export interface Verdict {
  readonly producer: string
  readonly held: Identity
  /**
   * `acknowledged`: frames were taken out. `gap`: the oldest frame of this producer was lost on the way.
   * `doubt`: the oldest frame does not follow what is held, so the historian has forgotten something, or holds
   * what this producer never sent in this epoch; it must be asked, since this message may be old. `nothing`: old news.
   */
  readonly meaning: 'acknowledged' | 'gap' | 'doubt' | 'nothing'
}

/** Applies a commit message to the outbox, for the producers that are this sender's own. */
export function applyCommit(
  commit: CommitMessage,
  outbox: Outbox,
  isOwn: (producer: string) => boolean,
): readonly Verdict[] {
  const stored = new Set(commit.frames.map(([index]) => index))
  const verdicts: Verdict[] = []
  for (const [index, epoch, sequence] of commit.held) {
    const producer = commit.producers[index]
    if (producer === undefined || !isOwn(producer)) continue
    verdicts.push(applyHeld({ producer, held: { epoch, sequence }, hasStored: stored.has(index) }, outbox))
  }
  return verdicts
}

function applyHeld(
  { producer, held, hasStored }: { producer: string; held: Identity; hasStored: boolean },
  outbox: Outbox,
): Verdict {
  if (outbox.acknowledge(producer, held) > 0) return { producer, held, meaning: 'acknowledged' }
  const oldest = outbox.window.oldestOf(producer)
  if (oldest === undefined) return { producer, held, meaning: 'nothing' }
  const decision = receive(held, oldest)
  if (decision === 'store') {
    return { producer, held, meaning: oldest.sent && !hasStored ? 'gap' : 'nothing' }
  }
  return { producer, held, meaning: 'doubt' }
}
