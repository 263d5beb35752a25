import type { KeyPath } from '../configuration/tree.ts'
import { OperationError } from './operation.ts'

/** Absent means the whole configuration. @throws OperationError */
export function readKeyPath(keyPath: unknown): KeyPath {
  if (keyPath === undefined || keyPath === null) return []
  if (Array.isArray(keyPath) && keyPath.every((key) => typeof key === 'string')) return keyPath
  throw new OperationError('ServiceError', 'Received invalid parameters.')
}
