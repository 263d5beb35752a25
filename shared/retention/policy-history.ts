import { GenbaError } from '../errors/genba-error.ts'
import type { LawConfig } from './config.ts'
import type { LawVersion, PolicyHistory } from './law-version.ts'
import { VERSIONS_MAX } from './limits.ts'
import { comparePolicies, type PolicyChange } from './policy-change.ts'

export interface FoldedPolicy {
  readonly history: PolicyHistory
  /** What changed and whether it holds for stored data too: for the audit trail. Empty when nothing did. */
  readonly changes: readonly PolicyChange[]
}

/**
 * Takes a configuration into the history. Nothing is ever taken out: a version that is no longer in force still says
 * what its worm classes promised to the data that was there.
 *
 * @param atUs when it comes into force, microseconds since 1970 UTC
 * @throws GenbaError `GENBA_LAW_VERSIONS` at `VERSIONS_MAX` versions
 */
export function foldPolicy(history: PolicyHistory, law: LawConfig, atUs: number): FoldedPolicy {
  const present = history.at(-1)
  if (present !== undefined && JSON.stringify(present.law) === JSON.stringify(law)) {
    return { history, changes: [] }
  }
  if (history.length >= VERSIONS_MAX) throw tooManyVersions()
  const version: LawVersion = {
    revision: (present?.revision ?? 0) + 1,
    fromUs: Math.max(atUs, present?.fromUs ?? atUs),
    law,
  }
  return { history: [...history, version], changes: comparePolicies(history, law) }
}

/**
 * The revision in force at a time, 0 before the first: for data that was stored without one. A time that falls on a
 * change gives the older revision, under which more is promised.
 */
export function revisionAt(history: PolicyHistory, timeUs: number): number {
  return history.findLast(({ fromUs }) => fromUs < timeUs)?.revision ?? 0
}

function tooManyVersions(): GenbaError {
  return new GenbaError('GENBA_LAW_VERSIONS', 'the law of the store has changed too often', {
    issues: [
      {
        where: 'laws',
        expected: `at most ${VERSIONS_MAX} versions in the life of a store`,
        mend: 'find what rewrites lawClasses or laws with every deployment',
        effect: 'the law in force stays as it is',
      },
    ],
  })
}
