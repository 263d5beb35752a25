import { GenbaError } from '../errors/genba-error.ts'
import { ERASURES_MAX } from './limits.ts'
import { nameIssue, reasonIssue, refuseIf, timeIssue } from './request-check.ts'
import type { StoredData } from './stored-data.ts'

/** What a person the data is about has asked for: that it be erased. */
export interface ErasureRequest {
  readonly id: string
  /** As `subjectOf` spells it. */
  readonly subject: string
  /** Data that began later is not meant. */
  readonly untilUs: number
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAtUs: number
  readonly withdrawnBy?: string
  readonly withdrawnAtUs?: number
  readonly withdrawReason?: string
}

export type ErasureOrder = Omit<ErasureRequest, 'withdrawnBy' | 'withdrawnAtUs' | 'withdrawReason'>

/**
 * Adds a request. It stays until nothing of the subject is left that it means, which may be when a duty ends in years.
 *
 * @throws GenbaError `GENBA_ERASURE_INVALID`, `GENBA_ERASURE_EXISTS`, `GENBA_ERASURE_LIMIT`
 */
export function requestErasure(requests: readonly ErasureRequest[], order: ErasureOrder): ErasureRequest[] {
  const { id, subject, untilUs, reason, requestedBy, requestedAtUs } = order
  refuseIf('GENBA_ERASURE_INVALID', 'the request for erasure is refused', [
    nameIssue('id', id),
    nameIssue('subject', subject),
    timeIssue('untilUs', untilUs),
    reasonIssue('reason', reason),
    nameIssue('requestedBy', requestedBy),
    timeIssue('requestedAtUs', requestedAtUs),
  ])
  refuseIf('GENBA_ERASURE_EXISTS', 'a request for erasure of this id has been made before', [
    requests.some((request) => request.id === id)
      ? { where: 'id', expected: 'an id that no request has had', received: id, mend: 'choose another id' }
      : undefined,
  ])
  refuseIf('GENBA_ERASURE_LIMIT', 'there are too many requests for erasure', [
    requests.length >= ERASURES_MAX
      ? { expected: `at most ${ERASURES_MAX} requests`, mend: 'archive those that are carried out' }
      : undefined,
  ])
  return [...requests, { id, subject, untilUs, reason, requestedBy, requestedAtUs }]
}

export interface ErasureWithdrawal {
  readonly id: string
  readonly withdrawnBy: string
  readonly withdrawnAtUs: number
  readonly withdrawReason: string
}

/**
 * Takes a request back, such as one on the wrong subject. What it has erased stays erased.
 *
 * @throws GenbaError `GENBA_ERASURE_INVALID`, `GENBA_ERASURE_UNKNOWN` (also when it was withdrawn before)
 */
export function withdrawErasure(
  requests: readonly ErasureRequest[],
  withdrawal: ErasureWithdrawal,
): ErasureRequest[] {
  const { id, withdrawnBy, withdrawnAtUs, withdrawReason } = withdrawal
  refuseIf('GENBA_ERASURE_INVALID', 'the withdrawal of the request is refused', [
    reasonIssue('withdrawReason', withdrawReason),
    nameIssue('withdrawnBy', withdrawnBy),
    timeIssue('withdrawnAtUs', withdrawnAtUs),
  ])
  const found = requests.find((request) => request.id === id && request.withdrawnBy === undefined)
  if (found === undefined) {
    throw new GenbaError('GENBA_ERASURE_UNKNOWN', 'there is no open request for erasure of this id', {
      issues: [{ where: 'id', expected: 'a request that is not withdrawn', received: id }],
    })
  }
  return requests.map((request) =>
    request === found ? { ...request, withdrawnBy, withdrawnAtUs, withdrawReason } : request,
  )
}

/** The open requests that mean a piece of data. One that goes on past `untilUs` is erased whole. */
export function requestsOn(requests: readonly ErasureRequest[], data: StoredData): ErasureRequest[] {
  const { subject, eventFromUs } = data
  if (subject === undefined) return []
  return requests.filter(
    (request) =>
      request.withdrawnBy === undefined && request.subject === subject && eventFromUs <= request.untilUs,
  )
}
