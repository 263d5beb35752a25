import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import { isObject, type KeyPath } from '../configuration/tree.ts'
import { readKeyPath } from './key-path.ts'
import { type Operation, type OperationCall, OperationError } from './operation.ts'
import type { Services } from './services.ts'

/** A component changes its own configuration only; a name in the request is not looked at. */
export function updateConfiguration(services: Services): Operation {
  const update = services.flavour.name === 'java' ? updateJava : updateLite
  return {
    name: 'UpdateConfiguration',
    streams: false,
    start: (call) => {
      update(call, services)
      call.respond({})
    },
  }
}

interface Update {
  readonly path: KeyPath
  readonly value: Json
  readonly timeMs: number
}

function readUpdate(request: JsonObject, isTimestamp: (value: number) => boolean): Update | undefined {
  const { keyPath, timestamp, valueToMerge } = request
  if (typeof timestamp !== 'number' || !isTimestamp(timestamp) || valueToMerge === undefined) return undefined
  return { path: readKeyPath(keyPath), value: valueToMerge, timeMs: timestamp * 1000 }
}

/** Lite takes a time-stamp only when its JSON number is no integer: one whole second in a thousand is refused. */
function updateLite(call: OperationCall, { configuration }: Services): void {
  const update = readUpdate(call.request(), (seconds) => !Number.isInteger(seconds))
  if (update === undefined) throw new OperationError('InvalidArgumentsError', 'Received invalid parameters.')
  refuseAccessControl(update, 'Config update is not allowed for following field [accessControl]')
  const { path, value, timeMs } = update
  // A stale value is answered with success and ignored.
  const { mismatched } = configuration.update(call.principal, path, value, { timeMs, onMismatch: 'refuse' })
  if (mismatched.length > 0) {
    throw new OperationError('ServiceError', 'Failed to update the configuration.')
  }
}

function updateJava(call: OperationCall, { configuration, nowMs }: Services): void {
  const update = readUpdate(call.request(), () => true)
  if (update === undefined) throw new OperationError('InvalidArgumentsError', 'Invalid update request')
  refuseAccessControl(update, 'Config update is not allowed for following fields [accessControl]')
  const { path, value, timeMs } = update
  const isNew = path.length > 0 && configuration.nodeAt(call.principal, path) === undefined
  if (isNew && !isObject(value)) {
    throw new OperationError('InvalidArgumentsError', 'Cannot find the key path, so the value must be a map')
  }
  const { stale } = configuration.update(call.principal, path, value, {
    timeMs: isNew ? nowMs() : timeMs,
    onMismatch: 'replace',
  })
  if (stale.length > 0) {
    throw new OperationError(
      'FailedUpdateConditionCheckError',
      'Proposed timestamp is older than actual last modified',
    )
  }
}

/** Rights come from deployments alone. */
function refuseAccessControl({ path, value }: Update, message: string): void {
  const named = path.length > 0 ? path.slice(0, 1) : isObject(value) ? Object.keys(value) : []
  if (named.some((key) => key.toLowerCase() === 'accesscontrol')) {
    throw new OperationError('InvalidArgumentsError', message)
  }
}
