import type { JsonObject } from '../../../shared/bytes/json.ts'

/** A recipe as the nucleus works with it: checked, keys in one spelling, defaults filled in. */
export interface Recipe {
  readonly name: string
  readonly version: string
  readonly type: string
  readonly defaultConfiguration: JsonObject
  readonly dependencies: readonly Dependency[]
  readonly manifests: readonly Manifest[]
}

export interface Dependency {
  readonly name: string
  readonly range: string
  /** HARD waits for the dependency and follows its restarts; SOFT does neither on Java. */
  readonly type: 'HARD' | 'SOFT'
}

export interface Manifest {
  readonly name: string | undefined
  /** A value of null means `*`. */
  readonly platform: Readonly<Record<string, string | null>>
  readonly lifecycle: RecipeLifecycle
  readonly artifacts: readonly Artifact[]
}

/** A file that a component brings along. */
export interface Artifact {
  /** `s3://BUCKET/KEY`, `greengrass:NAME` or `docker:IMAGE`. */
  readonly uri: string
  readonly unarchive: 'NONE' | 'ZIP'
  /** Base64, by the named algorithm; the control plane adds both when a version is created. */
  readonly digest?: string
  readonly algorithm?: string
  /** The owner may run it; without it the files are only read. */
  readonly isExecutable: boolean
}

export interface RecipeLifecycle {
  readonly setenv: Readonly<Record<string, string>>
  readonly steps: Readonly<Partial<Record<StepName, Step>>>
}

export const STEP_NAMES = [
  'bootstrap',
  'install',
  'startup',
  'run',
  'shutdown',
  'recover',
  'uninstall',
] as const
export type StepName = (typeof STEP_NAMES)[number]

export interface Step {
  readonly script: string
  /** Null where the step has no limit (run). */
  readonly timeoutMs: number | null
  readonly setenv: Readonly<Record<string, string>>
  /** `onpath PROGRAM` or `exists FILE`, with `!` in front for the opposite: then the step is not run. */
  readonly skipif?: string
  /** How the recipe spells the step's name, where that is not in small letters. */
  readonly spelling?: string
  /** It shall run as root. */
  readonly requiresPrivilege?: boolean
  /** Of a bootstrap step: it runs in a rollback too. */
  readonly bootstrapOnRollback?: boolean
}

/** Default time limits of the steps, in seconds (developer guide, component recipe reference). */
export const STEP_TIMEOUT_S: Readonly<Record<StepName, number | null>> = {
  bootstrap: 120,
  install: 120,
  startup: 120,
  run: null,
  shutdown: 15,
  recover: 60,
  uninstall: 120,
}
