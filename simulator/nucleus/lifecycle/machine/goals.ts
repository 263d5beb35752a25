import type { ComponentState } from '../../status.ts'
import type { Request } from './events.ts'

/**
 * Where a component shall go next, and after that: `NEW, RUNNING` asks for a reinstallation, `INSTALLED, RUNNING`
 * for a restart. The Java nucleus keeps such a list too (`Lifecycle.java`), and its rules for two requests that
 * meet are these.
 */
export type Goal = 'NEW' | 'INSTALLED' | 'RUNNING' | 'FINISHED'
export type Goals = readonly Goal[]

const REINSTALL: Goals = ['NEW', 'RUNNING']
const RESTART: Goals = ['INSTALLED', 'RUNNING']

/** @param state of the component that is asked */
export function withRequest(request: Request, goals: Goals, state: ComponentState): Goals {
  if (request === 'start') return withStart(goals)
  if (request === 'stop') return withStop(goals)
  return request === 'restart' ? withRestart(goals, state) : REINSTALL
}

/** A start after whatever is under way; only a stop it replaces. */
export function withStart(goals: Goals): Goals {
  const last = goals.at(-1)
  if (last === undefined) return ['RUNNING']
  if (last === 'RUNNING') return goals
  return last === 'FINISHED' ? [...goals.slice(0, -1), 'RUNNING'] : [...goals, 'RUNNING']
}

/** A stop at once, though a reinstallation that was asked for comes first. */
export const withStop = (goals: Goals): Goals => afterReinstallation(goals, 'FINISHED') ?? ['FINISHED']

/** A restart at once; a reinstallation that was asked for is one. A component that nobody has started stays NEW. */
function withRestart(goals: Goals, state: ComponentState): Goals {
  if (goals.length === 0 && state === 'NEW') return goals
  return afterReinstallation(goals, 'RUNNING') ?? RESTART
}

function afterReinstallation(goals: Goals, next: Goal): Goals | undefined {
  const reinstallation = goals.indexOf('NEW')
  return reinstallation < 0 ? undefined : [...goals.slice(0, reinstallation + 1), next]
}

/** What is left to reach for a component in this state. */
export function goalsFrom(state: ComponentState, goals: Goals): Goals {
  const next = goals.findIndex((goal) => goal !== state)
  return next < 0 ? [] : goals.slice(next)
}
