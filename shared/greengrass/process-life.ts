import type { SchedulerLike } from 'rxjs'
import type { RunningComponent } from '../component/define-component.ts'
import type { Log, LogFields } from '../component/host.ts'
import { GenbaError } from '../errors/genba-error.ts'
import { withDeadline } from '../time/wait.ts'
import { DRAIN_MS_MAX } from './limits.ts'

export interface ProcessLife {
  /** What is drained when the process is told to stop. */
  attach(running: RunningComponent, close: () => Promise<void>): void
  /** Ends the process as failed: the nucleus starts it again. */
  fail(error: unknown): void
  /** Ends the process well, drained: there is nothing more to do. */
  finish(): void
}

/** Signals, unhandled errors and the end of the process. */
export function manageProcess(scheduler: SchedulerLike, log: Log): ProcessLife {
  let running: RunningComponent | undefined
  let close: (() => Promise<void>) | undefined
  let isEnding = false

  const fail = (error: unknown): void => {
    log.error(
      { err: error, code: error instanceof GenbaError ? error.code : undefined },
      'the component ends as failed',
    )
    process.exit(1)
  }
  const end = async (fields: LogFields, message: string): Promise<void> => {
    if (isEnding) return
    isEnding = true
    log.info(fields, message)
    const onLate = (): Error => new Error(`not drained within ${DRAIN_MS_MAX} ms`)
    try {
      await withDeadline(Promise.resolve(running?.drain()), DRAIN_MS_MAX, scheduler, onLate)
      await close?.()
    } catch (error) {
      // Nothing is lost by that: what was not handed over is on disk, or is read again after the next start.
      log.warn({ err: error }, 'the component was not drained')
    }
    process.exit(0)
  }
  const stop = (signal: string) => end({ signal }, 'the component stops')
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  return {
    fail,
    finish: () => void end({}, 'the component has done its work'),
    attach: (component, closeHost) => {
      running = component
      close = closeHost
    },
  }
}
