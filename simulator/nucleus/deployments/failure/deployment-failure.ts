import { GenbaError } from '../../../../shared/errors/genba-error.ts'
import { NucleusError } from '../../errors.ts'

/** The kinds of a failure, as the nucleus reports them (developer guide, "Detailed deployment error codes"). */
export type FailureType =
  | 'REQUEST_ERROR'
  | 'COMPONENT_RECIPE_ERROR'
  | 'COMPONENT_ERROR'
  | 'USER_COMPONENT_ERROR'
  | 'DEVICE_ERROR'
  | 'DEPENDENCY_ERROR'
  | 'NETWORK_ERROR'
  | 'CLOUD_SERVICE_ERROR'
  | 'NUCLEUS_ERROR'
  | 'UNKNOWN_ERROR'

/** Codes of the same page, beneath DEPLOYMENT_FAILURE, from the general to the particular. */
const CODES = {
  DEPLOYMENT_DOCUMENT_NOT_VALID: 'REQUEST_ERROR',
  NO_AVAILABLE_COMPONENT_VERSION: 'REQUEST_ERROR',
  COMPONENT_VERSION_REQUIREMENTS_NOT_MET: 'REQUEST_ERROR',
  COMPONENT_CIRCULAR_DEPENDENCY_ERROR: 'REQUEST_ERROR',
  NUCLEUS_VERSION_NOT_FOUND: 'NUCLEUS_ERROR',
  RECIPE_PARSE_ERROR: 'COMPONENT_RECIPE_ERROR',
  INSTALLED_COMPONENT_NOT_FOUND: 'NUCLEUS_ERROR',
  CURRENT_PLATFORM_NOT_SUPPORTED: 'COMPONENT_RECIPE_ERROR',
  ARTIFACT_DOWNLOAD_ERROR: undefined,
  ARTIFACT_CHECKSUM_MISMATCH: 'DEPENDENCY_ERROR',
  LOCAL_ARTIFACT_NOT_FOUND: 'REQUEST_ERROR',
  UNSUPPORTED_ARTIFACT_SCHEME: 'COMPONENT_RECIPE_ERROR',
  IO_ERROR: undefined,
  IO_UNZIP_ERROR: 'DEVICE_ERROR',
  DISK_SPACE_CRITICAL: 'DEVICE_ERROR',
  NETWORK_ERROR: 'NETWORK_ERROR',
  CLOUD_API_ERROR: 'CLOUD_SERVICE_ERROR',
  S3_ERROR: 'DEPENDENCY_ERROR',
  COMPONENT_CONFIGURATION_NOT_VALID: 'REQUEST_ERROR',
  COMPONENT_BOOTSTRAP_ERROR: 'USER_COMPONENT_ERROR',
  COMPONENT_BOOTSTRAP_TIMEOUT: 'USER_COMPONENT_ERROR',
  COMPONENT_UPDATE_ERROR: undefined,
  COMPONENT_BROKEN: 'USER_COMPONENT_ERROR',
  DEPLOYMENT_INTERRUPTED: 'DEVICE_ERROR',
  DEPLOYMENT_REJECTED: 'REQUEST_ERROR',
  REJECTED_STALE_DEPLOYMENT: 'REQUEST_ERROR',
  DEPLOYMENT_TIMED_OUT: 'COMPONENT_ERROR',
  UNKNOWN_ERROR: 'UNKNOWN_ERROR',
} as const satisfies Readonly<Record<string, FailureType | undefined>>

export type FailureCode = keyof typeof CODES

/** Why a deployment cannot be carried out; what it means for the device is decided by who catches it. */
export class DeploymentFailure extends GenbaError {
  readonly errorStack: readonly string[]
  readonly errorTypes: readonly FailureType[]

  /** @param codes beneath DEPLOYMENT_FAILURE, the most particular last */
  constructor(codes: readonly FailureCode[], message: string, options: { readonly cause?: unknown } = {}) {
    super('GENBA_DEPLOYMENT_FAILED', message, options)
    this.name = 'DeploymentFailure'
    this.errorStack = ['DEPLOYMENT_FAILURE', ...codes]
    this.errorTypes = [...new Set(codes.flatMap((code) => CODES[code] ?? []))]
  }
}

/** A deployment that must not be carried out at all. */
export class DeploymentRejected extends DeploymentFailure {}

/** Whatever was thrown, as a failure that can be reported. */
export function failureOf(error: unknown): DeploymentFailure {
  if (error instanceof DeploymentFailure) return error
  if (error instanceof NucleusError && error.code === 'GENBA_DEPLOYMENT_INVALID') {
    const places = error.issues.map(
      ({ where, expected, received }) => `${where}: ${expected}, not ${received}`,
    )
    const message = [error.message, ...places].join('; ')
    return new DeploymentFailure(['DEPLOYMENT_DOCUMENT_NOT_VALID'], message, { cause: error })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new DeploymentFailure(['UNKNOWN_ERROR'], message, { cause: error })
}
