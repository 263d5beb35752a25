import type { Nucleus } from '../../nucleus/core-device.ts'
import type { DeploymentStatus } from '../../nucleus/deployments/engine/deployment-record.ts'

/** What the commands about deployments ask of the nucleus of a running gateway. */
export type DeployingNucleus = Pick<
  Nucleus,
  | 'deploy'
  | 'deployments'
  | 'cancel'
  | 'plan'
  | 'groups'
  | 'configurationOf'
  | 'components'
  | 'restart'
  | 'stopOne'
>

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED', 'REJECTED'])

export const isEnded = ({ status }: Pick<DeploymentStatus, 'status'>): boolean => ENDED.has(status)
