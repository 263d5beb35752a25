import type { Installation } from './deployments.ts'
import type { Output } from './output.ts'

/** What every command is given. */
export interface Context {
  readonly installation: Installation
  readonly output: Output
}
