import type { JsonObject } from '../../../shared/bytes/json.ts'

/** The error shapes of the IPC model that these operations use. */
export type ErrorShape =
  | 'ServiceError'
  | 'UnauthorizedError'
  | 'ResourceNotFoundError'
  | 'InvalidArgumentsError'
  | 'FailedUpdateConditionCheckError'
  | 'ComponentNotFoundError'
  | 'InvalidRecipeDirectoryPathError'
  | 'InvalidArtifactsDirectoryPathError'
  | 'ConflictError'

/** An answer of type ApplicationError. `message` is the nucleus's own wording, which differs by flavour. */
export class OperationError extends Error {
  readonly shape: ErrorShape
  /** Members of the shape beyond message and code. */
  readonly details: JsonObject

  constructor(shape: ErrorShape, message: string, details: JsonObject = {}) {
    super(message)
    this.name = 'OperationError'
    this.shape = shape
    this.details = details
  }
}

/** One call on one stream. */
export interface OperationCall {
  /** Name of the calling component. */
  readonly principal: string
  /** The request as it came; a view that is not valid after the first await. */
  readonly payload: Buffer
  /** The request parsed. @throws OperationError as the nucleus answers text that is no JSON object */
  request(): JsonObject
  /** Answers with the operation's response shape. */
  respond(body: JsonObject): void
  /** Sends an event on the stream; only after `respond`. */
  emit(shape: string, payload: Buffer): void
  /** Called once when the client ends the stream or the connection is gone. */
  onEnd(release: () => void): void
  /** Resolves at once, or when the subscribers that have fallen behind have caught up. */
  settle(): Promise<void> | undefined
}

/** What a client may ask for; `name` without the namespace `aws.greengrass#`. */
export interface Operation {
  readonly name: string
  readonly streams: boolean
  /** False while the nucleus does not know the operation, for want of a component; always offered when left out. */
  readonly isOffered?: () => boolean
  /** @throws OperationError */
  start(call: OperationCall): void | Promise<void>
}
