/** The states of a Greengrass component, as the Java nucleus names them. */
export type ComponentState =
  | 'NEW'
  | 'INSTALLED'
  | 'STARTING'
  | 'RUNNING'
  | 'STOPPING'
  | 'ERRORED'
  | 'BROKEN'
  | 'FINISHED'

export interface ComponentStatus {
  readonly name: string
  readonly version: string
  readonly state: ComponentState
  /** Leader of the component's process group; null while none runs. A recipe script that uses `exec` is that process. */
  readonly pid: number | null
  /** Starts of the run step beyond the first, for whatever reason. */
  readonly restarts: number
  /** Resident memory of `pid`; null where the system does not tell. */
  readonly rssBytes: number | null
}

export type NucleusEvent =
  | {
      readonly type: 'state'
      readonly component: string
      readonly from: ComponentState
      readonly to: ComponentState
      /** One plain phrase, such as `run ended with signal SIGKILL`. */
      readonly reason: string
    }
  | {
      readonly type: 'restart'
      readonly component: string
      readonly restarts: number
      readonly delayMs: number
    }
