import type { Json } from '../bytes/json.ts'
import type { LawQuestion } from '../contract/law-request.ts'
import { retentionClock } from '../retention/trusted-time.ts'
import { type ExplainParts, explainData } from './explain-data.ts'
import type { LawKeeper } from './law-keeper.ts'
import type { RetentionReport } from './retention-run.ts'

export interface LawDesk extends ExplainParts {
  /** Seals what is stored and erases what must go. */
  readonly runRetention: () => Promise<RetentionReport>
}

/** Answers one question, or carries out one order. @throws GenbaError for what is refused; StoreError */
export async function answerLaw(desk: LawDesk, question: LawQuestion): Promise<Json> {
  // What JSON makes of it: undefined members are left out.
  return JSON.parse(JSON.stringify({ v: 1, ...(await answer(desk, question)) })) as Json
}

async function answer(desk: LawDesk, question: LawQuestion): Promise<object> {
  const { keeper } = desk
  switch (question.op) {
    case 'law':
      return describeLaw(desk)
    case 'holds':
      return { holds: keeper.law.holds }
    case 'hold-place':
      await keeper.placeHold({ ...question, id: question.hold })
      return { placed: question.hold }
    case 'hold-lift':
      await keeper.liftHold({ ...question, id: question.hold })
      return { lifted: question.hold }
    case 'erasures':
      return { requests: keeper.law.erasures }
    case 'erase':
      await keeper.requestErasure({ ...question, id: question.request })
      return { request: question.request, subject: question.subject, ...(await desk.runRetention()) }
    case 'erase-withdraw':
      await keeper.withdrawErasure({ ...question, id: question.request })
      return { withdrawn: question.request }
    case 'retention':
      return desk.runRetention()
    case 'explain':
      return explainData(desk, question.tag, question.atUs)
    case 'clock-confirm':
      await keeper.confirmClock(question)
      return describeClock(keeper)
    case 'export':
      await keeper.record({
        action: 'export',
        who: question.by,
        target: question.target,
        tags: question.tags,
        reason: question.reason,
        result: 'done',
        before: null,
        after: null,
      })
      return { recorded: question.target }
  }
}

const describeClock = ({ time }: LawKeeper) => ({
  clock: { ...retentionClock(time), unprovenUs: time.unprovenUs, confirmation: time.confirmation ?? null },
})

const describeLaw = ({ journal, keeper }: LawDesk) => ({
  revision: keeper.law.history.at(-1)?.revision ?? 0,
  law: keeper.law.history.at(-1)?.law ?? { lawClasses: [], laws: [] },
  ...describeClock(keeper),
  observedDisk: journal.observed.disk,
  holds: keeper.law.holds.filter(({ liftedBy }) => liftedBy === undefined).length,
  erasures: keeper.law.erasures.filter(({ withdrawnBy }) => withdrawnBy === undefined).length,
})
