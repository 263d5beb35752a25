import { GenbaError } from '../../shared/errors/genba-error.ts'

/** The error that a user may mend, which an action throws. @throws Error when it throws none; any other error */
export function errorOf(action: () => unknown): GenbaError {
  try {
    action()
  } catch (error) {
    if (error instanceof GenbaError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
