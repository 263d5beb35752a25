/** A difference from the recording that has a reason, and is no fault. */
export interface KnownDifference {
  /** `emulated`: the core of this project; `given`: any other, which is not as bare as the recorded one. */
  readonly core: 'emulated' | 'given'
  readonly recording: string
  readonly step: string
  readonly reason: string
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    core: 'emulated',
    recording: 'frames',
    step: 'connect: name by cgroup',
    reason: 'a real core finds the component by the systemd unit of the process; here processes have none',
  },
  {
    core: 'given',
    recording: 'frames',
    step: 'connect: name by cgroup',
    reason: 'this program does not run in the unit of the component whose name it gives',
  },
  ...(['emulated', 'given'] as const).map((core) => ({
    core,
    recording: 'session',
    step: 'updateState RUNNING',
    reason:
      'the recorded core ran its daemons without systemd, which starts components and knows their states',
  })),
  {
    core: 'given',
    recording: 'session',
    step: 'publishToIoTCore',
    reason: 'the recorded core had no broker, so its publish failed',
  },
]
