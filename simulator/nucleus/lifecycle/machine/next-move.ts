import type { ComponentState } from '../../status.ts'
import type { MachineSpec } from './events.ts'
import type { Goal, Goals } from './goals.ts'

/** Something that takes time; a state's tasks are done one after the other. */
export type Task = 'install' | 'shutdown' | 'recover' | 'uninstall' | 'terminate' | 'pause'

/** How a component stands while nothing of its state is left to do. */
export interface Situation {
  readonly state: ComponentState
  readonly cameFrom: ComponentState
  /** What is left to reach, without the present state. */
  readonly goals: Goals
  /** Of the latest request. */
  readonly reason: string
  readonly steps: MachineSpec['steps']
  /** Startup or run is under way. */
  readonly hasBegun: boolean
  /** The dependency that has to be waited for. */
  readonly awaited: string | undefined
  /** What went wrong while the component was being stopped. */
  readonly stopFault: string | undefined
  readonly closing: 'no' | 'stops' | 'uninstalls' | 'done'
}

export type Move =
  | { readonly kind: 'rest' }
  | { readonly kind: 'enter'; readonly to: ComponentState; readonly reason: string; readonly goals?: Goals }
  | { readonly kind: 'begin'; readonly step: 'install' | 'startup' | 'run' }
  | { readonly kind: 'uninstall' }
  | { readonly kind: 'closed' }

const REST: Move = { kind: 'rest' }

/**
 * The heart of the state machine: where a component goes that has done what its state asks for. The states and
 * their order are those of `Lifecycle.java`.
 */
export function nextMove(situation: Situation): Move {
  const { state, goals, reason, closing, stopFault } = situation
  if (stopFault !== undefined) return { kind: 'enter', to: 'ERRORED', reason: stopFault }
  if (state === 'STOPPING') return fromNothing(situation)
  if (closing !== 'no') return towardsTheEnd(situation)
  if (state === 'ERRORED') return fromError(situation)
  const [goal] = goals
  if (goal === undefined) return REST
  switch (state) {
    case 'NEW':
      return { kind: 'begin', step: 'install' }
    case 'INSTALLED':
      return goal === 'RUNNING' ? start(situation) : towards(goal, reason)
    case 'STARTING':
      return goal === 'RUNNING' ? begin(situation) : { kind: 'enter', to: 'STOPPING', reason }
    case 'RUNNING':
      return { kind: 'enter', to: 'STOPPING', reason }
    case 'FINISHED':
      return towards(goal, reason)
    case 'BROKEN':
      return goal === 'NEW' ? towards(goal, reason) : REST
  }
}

/** The tasks of a state, begun as soon as it is entered. */
export function tasksOf(state: ComponentState, cameFrom: ComponentState): readonly Task[] {
  if (state === 'STOPPING') return ['shutdown', 'terminate']
  if (state === 'ERRORED') return ['recover', 'pause']
  const wasUp = cameFrom === 'STARTING' || cameFrom === 'RUNNING'
  return state === 'BROKEN' && wasUp ? ['shutdown', 'terminate'] : []
}

function start({ awaited, steps }: Situation): Move {
  if (awaited !== undefined) return REST
  const reason = `${steps.startup === undefined ? 'run' : 'startup'} begins`
  return { kind: 'enter', to: 'STARTING', reason }
}

function begin({ hasBegun, awaited, steps }: Situation): Move {
  if (hasBegun) return REST
  if (awaited !== undefined) {
    return { kind: 'enter', to: 'INSTALLED', reason: `${awaited}, which it needs, is not up` }
  }
  if (steps.startup !== undefined) return { kind: 'begin', step: 'startup' }
  if (steps.run !== undefined) return { kind: 'begin', step: 'run' }
  return { kind: 'enter', to: 'FINISHED', reason: 'nothing to run', goals: [] }
}

function fromError({ cameFrom, ...situation }: Situation): Move {
  if (cameFrom === 'STOPPING') return fromNothing(situation)
  if (cameFrom === 'NEW') return { kind: 'enter', to: 'NEW', reason: 'it is installed again' }
  return { kind: 'enter', to: 'STOPPING', reason: 'what it has left is ended' }
}

/** Where a component goes of which nothing runs any more. */
function fromNothing({ goals, reason, closing }: Omit<Situation, 'cameFrom'>): Move {
  const [goal = 'FINISHED', ...later] = goals
  if (closing !== 'no' || goal === 'FINISHED') return { kind: 'enter', to: 'FINISHED', reason, goals: later }
  return towards(goal, reason)
}

const towards = (goal: Goal, reason: string): Move => ({
  kind: 'enter',
  to: goal === 'RUNNING' ? 'INSTALLED' : goal,
  reason,
})

function towardsTheEnd({ state, closing, reason }: Situation): Move {
  if (closing === 'done') return REST
  if (state === 'STARTING' || state === 'RUNNING') return { kind: 'enter', to: 'STOPPING', reason }
  if (state === 'INSTALLED' || state === 'ERRORED') return { kind: 'enter', to: 'FINISHED', reason }
  return closing === 'uninstalls' ? { kind: 'uninstall' } : { kind: 'closed' }
}
