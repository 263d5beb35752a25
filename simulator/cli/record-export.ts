import { userInfo } from 'node:os'
import { askLaw } from './ask-law.ts'
import type { StateDirectory } from './state-directory.ts'

/**
 * Says in the audit trail that data was taken out. Called once the file is there: what was not written was not taken.
 * @param target what is in it, such as `tag line1/a`
 */
export async function recordExport(state: StateDirectory, target: string, path: string): Promise<void> {
  await askLaw(state, { op: 'export', target, by: userInfo().username, reason: `written to ${path}` })
}
