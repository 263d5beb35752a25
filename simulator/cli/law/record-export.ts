import { userInfo } from 'node:os'
import type { StateDirectory } from '../state-directory.ts'
import { askLaw } from './ask.ts'

interface Export {
  /** Such as `evidence of line1/a`. */
  readonly target: string
  /** Filters of the tags that are in it. */
  readonly tags: readonly string[]
  /** Where it was written. */
  readonly path: string
}

/**
 * Says in the audit trail that data was taken out. Called once the file is there: what was not written was not taken.
 */
export async function recordExport(state: StateDirectory, { target, tags, path }: Export): Promise<void> {
  const person = { by: userInfo().username, reason: `written to ${path}` }
  await askLaw(state, { op: 'export', target, tags: [...tags], ...person })
}
