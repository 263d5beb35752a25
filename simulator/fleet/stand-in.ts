import type { ScriptEnd, ScriptProcess, StartScript } from '../nucleus/lifecycle/process/script-process.ts'
import type { Fate } from './fates.ts'

export interface StandInOptions {
  /** Of a version as it begins a step. */
  readonly fateOf: (component: string, version: string) => Fate
  /** The gateway shall lose its connection; may be called again. */
  readonly onVanish: () => void
}

/** The stand-in has no process: the core neither writes it down nor limits it. */
const NO_PROCESS = 0
const ENDING: ReadonlySet<NodeJS.Signals | undefined> = new Set<NodeJS.Signals>([
  'SIGTERM',
  'SIGKILL',
  'SIGINT',
])

/**
 * Scripts without processes: a `run` step lasts until it is signalled, every other one has ended well at once, and the
 * main step of a version that fails has ended with exit code 1.
 */
export function createStandIn({ fateOf, onVanish }: StandInOptions): StartScript {
  return ({ onLine }, { component, version, step }) => {
    const fate = fateOf(component, version)
    if (fate === 'vanishes') onVanish()
    const isMain = step === 'run' || step === 'startup'
    if (isMain && fate === 'fails') {
      onLine('stderr', `${component} ${version} fails here, as the rehearsal asks`)
      return ended(1)
    }
    return step === 'run' ? lasting() : ended(0)
  }
}

const ended = (code: number): ScriptProcess => ({
  pid: NO_PROCESS,
  ended: Promise.resolve({ code, signal: null }),
  signal: () => false,
  isLeft: () => false,
})

function lasting(): ScriptProcess {
  let resolveEnd = (_end: ScriptEnd): void => {}
  let isLeft = true
  return {
    pid: NO_PROCESS,
    ended: new Promise((resolve) => {
      resolveEnd = resolve
    }),
    signal: (signal) => {
      if (!isLeft) return false
      if (ENDING.has(signal)) {
        isLeft = false
        resolveEnd({ code: null, signal })
      }
      return true
    },
    isLeft: () => isLeft,
  }
}
