import { GenbaError, type Issue } from '../../shared/errors/genba-error.ts'

/** The core that the recordings are to be replayed against cannot be asked. */
export class ConformanceError extends GenbaError {
  constructor(code: 'GENBA_CORE_UNREACHABLE' | 'GENBA_CORE_REFUSES', message: string, issue: Issue) {
    super(code, message, { issues: [issue] })
    this.name = 'ConformanceError'
  }
}
