import { GenbaError, type Issue } from '../../shared/errors/genba-error.ts'

export type NucleusErrorCode =
  /** A recipe is not what a nucleus accepts. */
  | 'GENBA_RECIPE_INVALID'
  /** No manifest of the recipe fits this machine. */
  | 'GENBA_RECIPE_PLATFORM'
  /** Components need each other in a circle, or need one that is not deployed. */
  | 'GENBA_RECIPE_DEPENDENCY'
  /** A component has judged a configuration and does not want it; nothing was changed. */
  | 'GENBA_CONFIG_REFUSED'
  /** A deployment names a place in a configuration that cannot be one. */
  | 'GENBA_CONFIG_POINTER'
  /** The file of secrets is missing, open to others, or not what it should be. */
  | 'GENBA_SECRETS_FILE'
  /** The nucleus root is in use, or cannot be written. */
  | 'GENBA_NUCLEUS_ROOT'
  /** A deployment document or a local request is not what a core reads. */
  | 'GENBA_DEPLOYMENT_INVALID'
  /** A deployment came to nothing; its error stack says in which part. */
  | 'GENBA_DEPLOYMENT_FAILED'
  /** No component of that name is on this core. */
  | 'GENBA_COMPONENT_UNKNOWN'

/** Something the user of the simulated core device can mend. */
export class NucleusError extends GenbaError {
  constructor(code: NucleusErrorCode, message: string, issues: readonly Issue[]) {
    super(code, message, { issues })
    this.name = 'NucleusError'
  }
}
