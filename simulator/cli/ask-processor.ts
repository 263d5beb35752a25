import type { ProcessorQuestion } from '../../shared/contract/processor-request.ts'
import { askRunningGateway } from './control-client.ts'
import type { StateDirectory } from './state-directory.ts'

/** Asks the processor of the running gateway in a state directory. @throws as `ProcessorClient.ask`, and when none runs */
export const askProcessor = (state: StateDirectory, question: ProcessorQuestion): Promise<unknown> =>
  askRunningGateway(state, 'POST', '/processor', { question: JSON.stringify(question) })
