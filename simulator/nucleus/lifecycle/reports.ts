/** What a component says of its own state. */
export interface LifecycleReports {
  /** @returns false when the component is in no state that allows the report */
  report(component: string, state: 'RUNNING' | 'ERRORED'): boolean
}
