import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Journal } from '../../shared/journal/journal.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import { type ControlServer, listenForControl, type Route } from './control-server.ts'
import { CliError } from './errors.ts'
import { wrongValue } from './option-values.ts'
import type { StateDirectory } from './state-directory.ts'

/** What is done to a store, for whoever asks meanwhile or finds that it cannot be done. */
export interface Doing {
  /** Such as "a file is being imported into this store". */
  readonly what: string
  /** Such as "genba store import". */
  readonly command: string
  /** Instead of stopping the gateway. */
  readonly otherwise?: string
  /** Such as "nothing was imported". */
  readonly effect: string
}

const IMPORTING: Doing = {
  what: 'a file is being imported into this store',
  command: 'genba store import',
  otherwise: 'give its collector a source of type csv',
  effect: 'nothing was imported',
}

/**
 * Keeps the state directory of a stopped gateway, or of one that has never run, so that none starts on it meanwhile.
 * @throws CliError `GENBA_GATEWAY_RUNNING`
 */
export async function withOwnState<T>(
  state: StateDirectory,
  work: () => Promise<T>,
  doing: Doing = IMPORTING,
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

/** @throws JournalError, StoreError */
export async function withJournal<T>(
  { historianStore }: StateDirectory,
  work: (journal: Journal) => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(historianStore), { recursive: true })
  const journal = await openJournal(await openLevelStore(historianStore))
  try {
    return await work(journal)
  } finally {
    await journal.close()
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
  'POST /backup',
  'POST /processor',
  'POST /stop',
]

async function ownState({ path }: StateDirectory, doing: Doing): Promise<ControlServer> {
  try {
    const control = await listenForControl(path)
    const busy: Route = () => {
      throw new CliError('GENBA_GATEWAY_BUSY', doing.what, {
        where: path,
        mend: `ask again when ${doing.command} has ended`,
      })
    }
    control.serve(new Map(QUESTIONS.map((name) => [name, busy])))
    return control
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'GENBA_GATEWAY_RUNNING')) throw error
    throw new CliError('GENBA_GATEWAY_RUNNING', 'a running gateway owns this store', {
      where: path,
      expected: 'a stopped gateway, or a new directory',
      mend: `stop it with: genba stop --state ${path}${doing.otherwise ? `; or ${doing.otherwise}` : ''}`,
      effect: doing.effect,
    })
  }
}
