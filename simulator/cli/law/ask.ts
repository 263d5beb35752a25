import type { LawQuestion } from '../../../shared/contract/law-request.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { answerLaw } from '../../../shared/law/answer-law.ts'
import { LawKeeper } from '../../../shared/law/law-keeper.ts'
import { runRetention } from '../../../shared/law/retention-run.ts'
import { askGateway, readJson } from '../control-client.ts'
import type { StateDirectory } from '../state-directory.ts'
import { withOwnState } from '../store/owner.ts'
import { checkStored, withStoppedJournal } from '../store/stopped.ts'
import { readClocks } from './own-clocks.ts'

/** Of the component that keeps the law; of a stopped gateway a command acts in its place. */
const WHO = 'genba'

/**
 * Asks about the law of a gateway's data, or gives an order: through the running gateway, or on the store of a stopped one.
 * @throws GenbaError for what is refused; CliError `GENBA_STATE_MISSING` when nothing was stored
 */
export async function askLaw(state: StateDirectory, question: LawQuestion): Promise<unknown> {
  const running = await askGateway(state, 'POST', '/law', { question: JSON.stringify(question) })
  if (running !== undefined) return readJson(running)
  checkStored(state)
  return withOwnState(state, `the order ${question.op}`, () =>
    withStoppedJournal(state, (journal) => answerStopped(journal, question)),
  )
}

async function answerStopped(journal: Journal, question: LawQuestion): Promise<unknown> {
  const keeper = new LawKeeper({ journal, readClocks })
  const retain = async () => {
    while (await journal.seal(journal.headLsn)) {
      // As many runs as it takes.
    }
    const report = await journal.undisturbed(() =>
      runRetention({ journal, keeper, who: WHO, isWithRecords: true }),
    )
    if (report.erased.pieces + report.erased.records > 0) await journal.compact({ isThorough: true })
    return report
  }
  return answerLaw({ journal, keeper, runRetention: retain }, question)
}
