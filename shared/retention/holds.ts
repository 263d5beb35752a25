import { GenbaError } from '../errors/genba-error.ts'
import { matchesAny } from '../tag/tag-filter.ts'
import { FILTERS_MAX, HOLDS_MAX } from './limits.ts'
import { filterIssues, nameIssue, reasonIssue, refuseIf, timeIssue } from './request-check.ts'
import type { StoredData } from './stored-data.ts'

export interface HoldScope {
  /** Tag filters; `#` is every tag. */
  readonly tags: readonly string[]
  /** Both ends belong to it; without one it is open. */
  readonly fromUs?: number | undefined
  readonly toUs?: number | undefined
}

/** Somebody's order that data must stay whatever the law of the store says. It has no end but a person's. */
export interface LegalHold {
  readonly id: string
  readonly scope: HoldScope
  readonly reason: string
  readonly placedBy: string
  readonly placedAtUs: number
  readonly liftedBy?: string
  readonly liftedAtUs?: number
  readonly liftReason?: string
}

export type HoldOrder = Pick<LegalHold, 'id' | 'scope' | 'reason' | 'placedBy' | 'placedAtUs'>

/**
 * Adds a hold. Lifted ones stay in the list, which is the record of them, so an id is never used again.
 *
 * @throws GenbaError `GENBA_HOLD_INVALID` (an empty reason or name, a bad scope), `GENBA_HOLD_EXISTS`,
 *   `GENBA_HOLD_LIMIT` at `HOLDS_MAX` active holds
 */
export function placeHold(holds: readonly LegalHold[], order: HoldOrder): LegalHold[] {
  const { id, scope, reason, placedBy, placedAtUs } = order
  const { tags, fromUs, toUs } = scope
  refuseIf('GENBA_HOLD_INVALID', 'the legal hold is refused', [
    nameIssue('id', id),
    ...filterIssues('scope.tags', tags, FILTERS_MAX),
    timeIssue('scope.fromUs', fromUs),
    timeIssue('scope.toUs', toUs),
    fromUs !== undefined && toUs !== undefined && toUs < fromUs
      ? {
          where: 'scope.toUs',
          expected: `a time not before fromUs, ${fromUs}`,
          received: String(toUs),
          mend: 'exchange the two',
        }
      : undefined,
    reasonIssue('reason', reason),
    nameIssue('placedBy', placedBy),
    timeIssue('placedAtUs', placedAtUs),
  ])
  refuseIf('GENBA_HOLD_EXISTS', 'a legal hold of this id has been placed before', [
    holds.some((hold) => hold.id === id)
      ? { where: 'id', expected: 'an id that no hold has had', received: id, mend: 'choose another id' }
      : undefined,
  ])
  refuseIf('GENBA_HOLD_LIMIT', 'there are too many legal holds', [
    holds.filter(isActive).length >= HOLDS_MAX
      ? {
          expected: `at most ${HOLDS_MAX} active holds`,
          mend: 'lift what is over, or place one hold with a wider scope',
        }
      : undefined,
  ])
  return [...holds, { id, scope, reason, placedBy, placedAtUs }]
}

export interface HoldLift {
  readonly id: string
  readonly liftedBy: string
  readonly liftedAtUs: number
  readonly liftReason: string
}

/**
 * Ends one hold; others on the same data go on.
 *
 * @throws GenbaError `GENBA_HOLD_INVALID` (an empty reason or name), `GENBA_HOLD_UNKNOWN`, `GENBA_HOLD_LIFTED`
 */
export function liftHold(holds: readonly LegalHold[], lift: HoldLift): LegalHold[] {
  const { id, liftedBy, liftedAtUs, liftReason } = lift
  refuseIf('GENBA_HOLD_INVALID', 'the lifting of the legal hold is refused', [
    reasonIssue('liftReason', liftReason),
    nameIssue('liftedBy', liftedBy),
    timeIssue('liftedAtUs', liftedAtUs),
  ])
  const found = holds.find((hold) => hold.id === id)
  if (found === undefined) throw unknownHold(id, holds)
  refuseIf('GENBA_HOLD_LIFTED', 'the legal hold has been lifted before', [
    isActive(found)
      ? undefined
      : { where: 'id', expected: 'a hold in force', received: `${id}, lifted by ${found.liftedBy}` },
  ])
  return holds.map((hold) => (hold === found ? { ...hold, liftedBy, liftedAtUs, liftReason } : hold))
}

const isActive = ({ liftedBy }: LegalHold): boolean => liftedBy === undefined

/**
 * The holds in force on a piece of data; it may go only when there is none. A range of time takes what happened in it
 * and what was received in it: a sample with a wrong time stamp is evidence too.
 */
export function activeHolds(holds: readonly LegalHold[], data: StoredData): LegalHold[] {
  return holds.filter((hold) => {
    if (!isActive(hold)) return false
    const { tags, fromUs = -Infinity, toUs = Infinity } = hold.scope
    const overlaps = (firstUs: number, lastUs: number) => firstUs <= toUs && lastUs >= fromUs
    const isInTime =
      overlaps(data.eventFromUs, data.eventToUs) || overlaps(data.ingestFromUs, data.ingestToUs)
    return isInTime && matchesAny(tags, data.tag)
  })
}

/** More names help nobody. */
const NAMED_MAX = 10

function unknownHold(id: string, holds: readonly LegalHold[]): GenbaError {
  const active = holds.filter(isActive).map((hold) => hold.id)
  const named = active.slice(0, NAMED_MAX).join(', ')
  return new GenbaError('GENBA_HOLD_UNKNOWN', 'there is no legal hold of this id', {
    issues: [
      {
        where: 'id',
        expected: active.length === 0 ? 'nothing to lift: no hold is in force' : `one of ${named}`,
        received: id,
      },
    ],
  })
}
