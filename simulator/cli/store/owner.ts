import { mkdirSync, statSync } from 'node:fs'
import { type ControlServer, listenForControl, type Route } from '../control-server.ts'
import { CliError } from '../errors.ts'
import { wrongValue } from '../option-values.ts'
import type { StateDirectory } from '../state-directory.ts'

/**
 * Keeps the state directory of a stopped gateway, or of one that has never run, so that none starts on it meanwhile.
 * @param doing what other commands are told meanwhile
 * @throws CliError `GENBA_GATEWAY_RUNNING`
 */
export async function withOwnState<T>(
  state: StateDirectory,
  doing: string,
  work: () => Promise<T>,
): Promise<T> {
  checkDirectory(state)
  mkdirSync(state.path, { recursive: true })
  const control = await ownState(state, doing)
  try {
    return await work()
  } finally {
    await control.close()
  }
}

function checkDirectory({ path }: StateDirectory): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat !== undefined && !stat.isDirectory()) {
    throw wrongValue('--state', 'a directory, or a path where nothing is yet', `${path}, which is a file`)
  }
}

const QUESTIONS = [
  'GET /status',
  'GET /history',
  'GET /log',
  'GET /store',
  'GET /audit',
  'POST /backup',
  'POST /processor',
  'POST /law',
  'POST /fault/kill',
  'POST /fault/link',
  'POST /stop',
]

async function ownState({ path }: StateDirectory, doing: string): Promise<ControlServer> {
  try {
    const control = await listenForControl(path)
    const busy: Route = () => {
      throw new CliError('GENBA_GATEWAY_BUSY', `another command has this store: ${doing}`, {
        where: path,
        mend: 'ask again when it has ended',
      })
    }
    control.serve(new Map(QUESTIONS.map((name) => [name, busy])))
    return control
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'GENBA_GATEWAY_RUNNING')) throw error
    throw new CliError('GENBA_GATEWAY_RUNNING', 'a running gateway owns this store', {
      where: path,
      expected: 'a stopped gateway, or a new directory',
      mend: `stop it with: genba stop --state ${path}; or give its collector a source of type csv`,
      effect: 'nothing was changed',
    })
  }
}
