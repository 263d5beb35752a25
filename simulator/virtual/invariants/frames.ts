import { isHistoriansOwn } from '../../../shared/contract/producers.ts'
import { frameCrc } from '../../../shared/frame/encode.ts'
import { type Evidence, type Violation, violation } from '../evidence.ts'
import { contentDigest } from '../frame-content.ts'
import { identityText } from '../ledger.ts'

const INVARIANT = 'an acknowledged or spilled frame is in the journal once, in order and unchanged'

/**
 * The promises of the hand-off: what a commit message named is in the journal; so is what a producer was told is in
 * its spill; the frames of one producer stand in the order of their numbers, from 0 and without a gap in each epoch.
 */
export function checkFrames(evidence: Pick<Evidence, 'journal' | 'ledger'>): Violation[] {
  const found = [
    ...outOfOrder(evidence),
    ...notStoredThoughAcknowledged(evidence),
    ...notStoredThoughSpilled(evidence),
    ...changed(evidence),
  ]
  return found.length === 0 ? [] : [violation(INVARIANT, `${found.length} frames break it`, found)]
}

function outOfOrder({ journal }: Pick<Evidence, 'journal'>): string[] {
  const newest = new Map<string, { epoch: number; sequence: number }>()
  const found: string[] = []
  for (const { lsn, frame } of journal) {
    const { producer, epoch, sequence } = frame.header
    const last = newest.get(producer)
    const follows = last?.epoch === epoch && sequence === last.sequence + 1
    const begins = sequence === 0 && epoch > (last?.epoch ?? -1)
    if (!follows && !begins) {
      found.push(`LSN ${lsn}: ${identityText(frame.header)} after ${last?.epoch} ${last?.sequence}`)
    }
    newest.set(producer, { epoch, sequence })
  }
  return found
}

function notStoredThoughAcknowledged({ journal, ledger }: Pick<Evidence, 'journal' | 'ledger'>): string[] {
  const stored = new Set(journal.map(({ frame }) => identityText(frame.header)))
  const found: string[] = []
  for (const [producer, epochs] of ledger.acknowledged) {
    for (const [epoch, sequence] of epochs) {
      const identity = identityText({ producer, epoch, sequence })
      if (sequence >= 0 && !stored.has(identity)) found.push(`acknowledged, not stored: ${identity}`)
    }
  }
  return found
}

function notStoredThoughSpilled({ journal, ledger }: Pick<Evidence, 'journal' | 'ledger'>): string[] {
  const spilled = ledger.spilled()
  if (spilled.size === 0) return []
  const stored = new Set(journal.map(({ frame }) => contentDigest(frame)))
  return [...spilled]
    .filter(([digest]) => !stored.has(digest))
    .map(([, identity]) => `spilled, not stored: ${identity}`)
}

function changed({ journal, ledger }: Pick<Evidence, 'journal' | 'ledger'>): string[] {
  const reused = [...ledger.reused].map((identity) => `two frames with one identity: ${identity}`)
  const different = journal
    .filter(({ frame }) => !isHistoriansOwn(frame.header.producer))
    .filter(({ frame, bytes }) => ledger.frames.get(identityText(frame.header)) !== frameCrc(bytes))
    .map(({ frame }) => `stored otherwise than sent: ${identityText(frame.header)}`)
  return [...reused, ...different]
}
