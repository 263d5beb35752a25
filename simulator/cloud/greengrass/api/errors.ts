/** A field of a request that is refused, such as `components.press.componentVersion`. */
export interface FaultyField {
  readonly name: string
  readonly message: string
}

type ValidationReason = 'UNKNOWN_OPERATION' | 'CANNOT_PARSE' | 'FIELD_VALIDATION_FAILED' | 'OTHER'

/**
 * An answer of the greengrassv2 API that refuses: type and status as the service's model has them, and the members of
 * that error's structure.
 */
export class ApiError extends Error {
  readonly type: string
  readonly status: number
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    type: string,
    status: number,
    message: string,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.type = type
    this.status = status
    this.members = members
  }
}

export const invalid = (
  message: string,
  fields: readonly FaultyField[] = [],
  reason: ValidationReason = fields.length > 0 ? 'FIELD_VALIDATION_FAILED' : 'OTHER',
): ApiError =>
  new ApiError('ValidationException', 400, message, { reason, ...(fields.length > 0 ? { fields } : {}) })

export const notFound = (message: string, resourceType: string, resourceId: string): ApiError =>
  new ApiError('ResourceNotFoundException', 404, message, { resourceType, resourceId })

export const conflict = (message: string, resourceType: string, resourceId: string): ApiError =>
  new ApiError('ConflictException', 409, message, { resourceType, resourceId })

export const accessDenied = (message: string): ApiError => new ApiError('AccessDeniedException', 403, message)

export const alreadyInProgress = (message: string): ApiError =>
  new ApiError('RequestAlreadyInProgressException', 400, message)
