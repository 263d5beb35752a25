import type { ConfigStore } from '../../configuration/config-store.ts'
import type { Flavour } from '../../flavour.ts'
import type { RotatingLog } from '../../logs/rotating-log.ts'
import type { UpdateNotices } from '../../notices/update-notices.ts'
import type { PlatformAttributes } from '../../recipe/platform.ts'
import type { ComponentRuntime } from '../../running/component-runtime.ts'
import type { Timer } from '../../timer.ts'
import type { Validation } from '../../validation.ts'
import type { CoreIdentity } from '../groups/target.ts'
import type { ComponentCloud } from '../sources/component-cloud.ts'
import type { PackageStore } from '../sources/package-store.ts'
import type { DeploymentRecords } from './deployment-record.ts'
import type { JournalFile } from './journal.ts'

/** The places that a deployment passes, in their order; which ones depends on what it changes and how it ends. */
export const DEPLOYMENT_STAGES = [
  'queued',
  'begun',
  'resolving',
  'fetching',
  'configuring',
  'notifying',
  'validating',
  'journaled',
  'bootstrapping',
  'merging',
  'merged',
  'settling',
  'removing',
  'committed',
  'rolling-back',
  'rolled-back',
  'recorded',
  'ended',
] as const
export type DeploymentStage = (typeof DEPLOYMENT_STAGES)[number]

/** Called as a deployment comes to a stage, before anything of the stage is done. */
export type StageListener = (stage: DeploymentStage, deploymentId: string) => void | Promise<void>

/** What deployments work with. */
export interface EngineParts {
  readonly flavour: Flavour
  readonly identity: CoreIdentity
  readonly platform: PlatformAttributes
  readonly packages: PackageStore
  readonly configuration: ConfigStore
  readonly cloud: ComponentCloud
  readonly runtime: ComponentRuntime
  readonly validation: Validation
  readonly notices: UpdateNotices
  readonly records: DeploymentRecords
  readonly journal: JournalFile
  readonly timer: Timer
  readonly log: RotatingLog
  /** A deployment that takes longer fails, and is rolled back if it has changed anything. */
  readonly timeLimitMs: number
  readonly onStage: StageListener
  /** Ends every IPC connection, as the restart of the nucleus does that bootstrap steps ask for. */
  readonly cutIpc: () => void
  /** After the state has changed: what people read on disk is written anew. */
  readonly onChanged: () => void
}
