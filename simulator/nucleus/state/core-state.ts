import type { ConfigMap } from '../configuration/tree.ts'
import type { RunWith } from '../deployments/document/deployment-document.ts'
import type { Groups } from '../deployments/groups/groups.ts'
import type { Origins } from './origins.ts'

/** A component as it is deployed on this core. */
export interface InstalledComponent {
  readonly version: string
  readonly configuration: ConfigMap
  readonly origins: Origins
  readonly runWith?: RunWith
  /** The version before, whose packages are kept so that the way back needs no download. */
  readonly previousVersion?: string
}

/**
 * Everything that a deployment changes, in one value and one file: a core killed at any moment has the old one or
 * the new one.
 */
export interface CoreState {
  /** By name; the core's own configuration is among them. */
  readonly components: ReadonlyMap<string, InstalledComponent>
  readonly groups: Groups
  /** Which change made this state, so that a resumed deployment knows whether it has been applied. */
  readonly revision: string
}

export const EMPTY_STATE: CoreState = { components: new Map(), groups: new Map(), revision: '' }
