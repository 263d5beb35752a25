import { pino, stdTimeFunctions } from 'pino'
import type { Log } from '../component/host.ts'
import { GenbaError } from '../errors/genba-error.ts'

/**
 * One JSON object a line on stdout: level, time, component, version, fields, msg. Written at once, without a buffer
 * or a worker: a component logs a few lines a minute, and the last ones before its death matter most.
 */
export function createLogger(identity: { readonly component: string; readonly version: string }): Log {
  const logger = pino(
    {
      base: identity,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeForLog },
    },
    pino.destination({ dest: 1, sync: true }),
  )
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}

/** A mendable error shows its code and issues, any other its stack. */
function describeForLog(error: unknown): unknown {
  if (error instanceof GenbaError) {
    const { code, message, issues, cause } = error
    return { code, message, issues, ...(cause === undefined ? {} : { cause: String(cause) }) }
  }
  return error instanceof Error ? { message: error.message, stack: error.stack } : error
}
