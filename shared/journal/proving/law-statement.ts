import type { LawStatement } from '../../evidence/format.ts'
import { createPolicy } from '../../retention/policy.ts'
import type { LawState } from '../law-state.ts'

/** @param sinceRevision the lowest under which data of the tag came; any number beyond the present one means the present */
export function lawStatementOf({ history }: LawState, tag: string, sinceRevision: number): LawStatement {
  const revision = history.at(-1)?.revision ?? 0
  const since = Math.min(sinceRevision, revision)
  const { lawClass, keepAtLeastUs, keepAtMostUs, dutyOf } = createPolicy(history).termsOf(tag, since)
  return {
    class: lawClass.name,
    keepAtLeastUs,
    keepAtMostUs: keepAtMostUs ?? null,
    residency: lawClass.residency,
    subject: lawClass.subject ?? null,
    worm: lawClass.worm,
    dutyOf: { class: dutyOf.name, revision: dutyOf.revision },
    sinceRevision: since,
    revision,
  }
}
