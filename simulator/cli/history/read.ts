import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { asCut, askGateway } from '../control-client.ts'
import type { StateDirectory } from '../state-directory.ts'
import { openStoppedJournal } from '../store/stopped.ts'
import { framesOf } from './frames.ts'
import type { HistoryFormat, HistoryQuestion } from './question.ts'
import { type HistorySource, journalSource } from './source.ts'
import { historyText, samplesOf } from './text.ts'

/** A question to the gateway of a directory, through its socket while it runs and from its store when it does not. */
export async function* readHistory(
  state: StateDirectory,
  question: HistoryQuestion,
  format: HistoryFormat,
): AsyncGenerator<string> {
  const running = await ask(state, question, format)
  if (running === undefined) yield* fromStore(state, (source) => historyText(source, question, format))
  else yield* untilCut(state, running.setEncoding('utf8'))
}

/** The same for samples as they are stored, exactly. */
export async function* readHistoryFrames(
  state: StateDirectory,
  question: HistoryQuestion,
): AsyncGenerator<SampleFrame> {
  const running = await ask(state, question, 'frames')
  if (running === undefined) yield* fromStore(state, (source) => samplesOf(source, question))
  else yield* untilCut(state, framesOf(running))
}

const ask = (state: StateDirectory, question: HistoryQuestion, format: HistoryFormat | 'frames') =>
  askGateway(state, 'GET', '/history', { question: JSON.stringify(question), format })

async function* untilCut<T>(state: StateDirectory, parts: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    throw asCut(error, state)
  }
}

/**
 * Reads the store of a stopped gateway, in bounded memory.
 * @throws CliError `GENBA_STATE_MISSING` when nothing was stored; `GENBA_GATEWAY_RUNNING` when it is in use
 */
async function* fromStore<T>(
  state: StateDirectory,
  read: (source: HistorySource) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const journal = await openStoppedJournal(state)
  try {
    yield* read(journalSource(journal))
  } finally {
    await journal.close()
  }
}
