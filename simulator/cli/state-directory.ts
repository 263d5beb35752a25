import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import * as z from 'zod'
import { CliError } from './errors.ts'

/** Everything one gateway keeps lies below one directory, unless its core device has been given another. */
export interface StateDirectory {
  readonly path: string
  /** Root of the simulated core device: a folder of the directory by default. */
  readonly greengrass: string
  readonly logs: string
  /** Work folder of the historian. */
  readonly historianWork: string
  readonly historianStore: string
  /** What the simulated cloud received. */
  readonly cloud: string
  /** The core device's thing name, by default made from the directory's, so that two gateways have two. */
  readonly thing: string
}

/** What a core device has been given otherwise than the directory says. */
export interface CorePlace {
  readonly root?: string
  readonly thing?: string
}

/** Kept by the project, ignored by git. */
const HOME = '.genba'
const LAST = join(HOME, 'last')
const README = `What the genba command keeps: one folder for each gateway that ran here, and in \`last\` the path of the
newest. A stopped gateway's folder may be removed; \`rm -r .genba\` forgets them all.
`
const THING_LENGTH_MAX = 128

export function stateDirectory(path: string, core: CorePlace = {}): StateDirectory {
  const root = resolve(path)
  const greengrass = core.root === undefined ? join(root, 'greengrass') : resolve(core.root)
  const historianWork = join(greengrass, 'work', 'genba.Historian')
  return {
    path: root,
    greengrass,
    logs: join(greengrass, 'logs'),
    historianWork,
    historianStore: join(historianWork, 'store', 'journal'),
    cloud: join(root, 'cloud'),
    thing:
      core.thing ?? `genba-${basename(root).replace(/[^A-Za-z0-9:_-]/g, '-')}`.slice(0, THING_LENGTH_MAX),
  }
}

/** The live gateway keeps its state from one run to the next. */
export const defaultState = (): StateDirectory => stateDirectory(join(HOME, 'gateway'))

/** So does the fleet, in a directory of its own. */
export const FLEET_STATE = join(HOME, 'fleet')

/** A replay begins with nothing, in a folder named after the time. */
export function freshState(now: Date): StateDirectory {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  for (let attempt = 1; ; attempt++) {
    const path = join(HOME, `replay-${stamp}${attempt === 1 ? '' : `-${attempt}`}`)
    if (!existsSync(path)) return stateDirectory(path)
  }
}

/**
 * The directory that a command about an existing gateway means: the one named, or the last run's.
 * @throws CliError `GENBA_STATE_MISSING`
 */
export function existingState(option: string | undefined): StateDirectory {
  const path = option ?? readLast()
  const state = stateDirectory(path, readCorePlace(path))
  if (existsSync(state.greengrass)) return state
  throw new CliError('GENBA_STATE_MISSING', 'there is no gateway in this directory', {
    where: state.path,
    mend: `start one with: genba start${option === undefined ? '' : ` --state ${option}`}`,
  })
}

/** What a gateway writes into its directory when it starts, for people and for commands that come later. */
export const RUN_FILE = 'gateway.json'

const Run = z.object({ root: z.string(), thing: z.string() }).partial()

function readCorePlace(path: string): CorePlace {
  const file = join(path, RUN_FILE)
  if (!existsSync(file)) return {}
  const { root, thing } = Run.parse(JSON.parse(readFileSync(file, 'utf8')))
  return { ...(root === undefined ? {} : { root }), ...(thing === undefined ? {} : { thing }) }
}

export function rememberLast(state: StateDirectory): void {
  mkdirSync(HOME, { recursive: true })
  if (!existsSync(join(HOME, 'README.md'))) writeFileSync(join(HOME, 'README.md'), README)
  writeFileSync(LAST, `${state.path}\n`)
}

function readLast(): string {
  if (existsSync(LAST)) return readFileSync(LAST, 'utf8').trim()
  throw new CliError('GENBA_STATE_MISSING', 'no gateway has been started from this directory', {
    where: process.cwd(),
    mend: 'start one with: genba start; or name its directory with --state DIR',
  })
}
