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

/** The historian cannot answer this kind of request. */
export const TOO_OLD = 'GENBA_HISTORIAN_TOO_OLD'

/** What an older historian says to a request that it does not know, in words that tell what to do. */
export function asTooOld(error: unknown, op: string): unknown {
  if (!(error instanceof ReadError && error.code === 'GENBA_HISTORIAN_REQUEST')) return error
  if (!/not valid: op: /.test(error.message)) return error
  return new ReadError(
    TOO_OLD,
    `the historian does not know the request ${op}: it is older than who asks; update genba.Historian`,
  )
}
