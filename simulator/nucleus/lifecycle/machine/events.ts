import type { Dependency, StepName } from '../../recipe/recipe.ts'
import type { ComponentState } from '../../status.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** What the state machine has to know of a component. */
export interface MachineSpec {
  /** Only steps that the nucleus knows. */
  readonly steps: Readonly<Partial<Record<StepName, StepLimit>>>
  readonly dependencies: readonly Pick<Dependency, 'name' | 'type'>[]
}

export interface StepLimit {
  /** Null where the step may take as long as it likes. */
  readonly timeoutMs: number | null
}

export type Request = 'start' | 'stop' | 'restart' | 'reinstall'

/** What the difference between two definitions of a component asks for. */
export type Change = 'nothing' | 'restart' | 'reinstall'

/** How a script ended: by its exit code or by a signal. */
export interface StepEnd {
  readonly code: number | null
  readonly signal: string | null
  /** Why it did not begin at all: what its Skipif found. */
  readonly skipped?: string
  /** Why it could not begin. */
  readonly fault?: string
}

/** What happens to a component from outside. */
export type MachineEvent = { readonly component: string } & (
  | { readonly type: 'add'; readonly spec: MachineSpec; readonly policy: RetryPolicy }
  /** A new definition, with what it changes; of a BROKEN component any change but `nothing` reinstalls. */
  | { readonly type: 'replace'; readonly spec: MachineSpec; readonly change: Change; readonly reason: string }
  | { readonly type: 'policy'; readonly policy: RetryPolicy }
  | { readonly type: 'ask'; readonly request: Request; readonly reason: string }
  /** The component's own word (UpdateState). */
  | { readonly type: 'report'; readonly state: 'RUNNING' | 'ERRORED' }
  /** The answer to `start`, whatever ended the script. */
  | { readonly type: 'ended'; readonly process: number; readonly end: StepEnd }
  /** The script still runs after its time limit. */
  | { readonly type: 'overran'; readonly process: number }
  /** The answer to `terminate`: nothing of the component runs any more. */
  | { readonly type: 'cleared' }
  /** The answer to `pause`. */
  | { readonly type: 'rested'; readonly pause: number }
  /** Stops it for good; with `uninstalls` it is forgotten after its uninstall step. Answered by `closed`. */
  | { readonly type: 'close'; readonly uninstalls: boolean; readonly reason: string }
)

/** What is to be done in the world. */
export type MachineEffect = { readonly component: string } & (
  | {
      readonly type: 'state'
      readonly from: ComponentState
      readonly to: ComponentState
      /** One plain phrase. */
      readonly reason: string
    }
  | {
      readonly type: 'start'
      readonly process: number
      readonly step: StepName
      readonly limitMs: number | null
    }
  /** Ends one script at once. */
  | { readonly type: 'kill'; readonly process: number }
  /** Ends all that the component runs, gently first. */
  | { readonly type: 'terminate' }
  | { readonly type: 'pause'; readonly pause: number; readonly ms: number }
  | { readonly type: 'closed' }
)
