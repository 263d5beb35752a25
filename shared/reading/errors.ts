import { GenbaError } from '../errors/genba-error.ts'

/** The historian refused a request; `code` and message are the historian's own. */
export class ReadError extends GenbaError {
  constructor(code: string, message: string) {
    super(code, message, {
      issues: [
        { where: 'historian', effect: 'nothing was read; asking the same again gives the same answer' },
      ],
    })
    this.name = 'ReadError'
  }
}

/** The historian has too many requests under way; the client waits and asks again. */
export const BUSY = 'GENBA_HISTORIAN_BUSY'
