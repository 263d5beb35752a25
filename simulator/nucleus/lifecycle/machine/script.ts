import type { StepName } from '../../recipe/recipe.ts'
import type { ComponentState } from '../../status.ts'
import type { StepEnd } from './events.ts'

/** A script of a component that runs. */
export interface Script {
  readonly step: StepName
  /** Startup or run: the others help it. */
  readonly isMain: boolean
  readonly limitMs: number | null
  readonly beganMs: number
  /** It was ended for taking too long. */
  isOverdue: boolean
}

/** What the end of a script means for its component. */
export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'enter'; readonly to: ComponentState; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'error'; readonly fault: string }

const NOTHING: Outcome = { kind: 'nothing' }

export function outcomeOf(script: Script, end: StepEnd, state: ComponentState): Outcome {
  const fault = faultOf(script, end)
  switch (script.step) {
    case 'install':
      return fault === undefined ? { kind: 'enter', to: 'INSTALLED', reason: 'installed' } : error(fault)
    case 'startup':
    case 'run':
      if (state !== 'STARTING' && state !== 'RUNNING') return NOTHING
      return fault === undefined ? wellEnded(script, end, state) : error(fault)
    case 'shutdown':
      // Its exit code means nothing to the nucleus, nor do those of recover and uninstall.
      return script.isOverdue && state === 'STOPPING' ? error(fault ?? '') : NOTHING
    default:
      return NOTHING
  }
}

const error = (fault: string): Outcome => ({ kind: 'error', fault })

function wellEnded(script: Script, end: StepEnd, state: ComponentState): Outcome {
  const reason = describeEnd(script, end)
  if (script.step === 'startup')
    return state === 'STARTING' ? { kind: 'enter', to: 'RUNNING', reason } : NOTHING
  return end.skipped === undefined ? { kind: 'stop', reason } : NOTHING
}

function faultOf(script: Script, end: StepEnd): string | undefined {
  if (script.isOverdue) return `${script.step} took more than ${(script.limitMs ?? 0) / 1000} s`
  return end.code === 0 ? undefined : describeEnd(script, end)
}

function describeEnd({ step }: Script, { code, signal, skipped, fault }: StepEnd): string {
  if (fault !== undefined) return `${step} cannot begin: ${fault}`
  if (skipped !== undefined) return `${step} is skipped: ${skipped}`
  return signal === null ? `${step} ended with code ${code}` : `${step} ended with signal ${signal}`
}
