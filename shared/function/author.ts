/**
 * Types for the author of a function. Copy this file next to yours as `genba-function.ts` and import types from it:
 * nothing of it remains when the function runs, so the gateway does not need it.
 *
 *   import type { Handler } from './genba-function.ts'
 *
 *   export const handler: Handler<{ celsius: number }> = async (event, context) => {
 *     context.log.info(`press is at ${event.celsius} °C`)
 *     return { fahrenheit: event.celsius * 1.8 + 32 }
 *   }
 */

/** What an event and a result may be made of. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined }

/**
 * Called with one event at a time in each worker. What it returns is published, at most 64 KiB as JSON; undefined
 * publishes nothing. What it throws makes the attempt fail, and the event comes again, until it is set aside.
 */
export type Handler<Event = JsonValue, Result = JsonValue | undefined> = (
  event: Event,
  context: FunctionContext,
) => Result | Promise<Result>

export interface FunctionContext {
  /** Its name in the configuration. */
  readonly function: string
  /** Events of one key come one after the other, in order. */
  readonly key: string
  /** 1 for the first; higher ones are repetitions of the same event. */
  readonly attempt: number
  /** When this attempt is ended, whatever it is doing: compare with `Date.now()`. */
  readonly deadlineMs: number
  /** Lines in the component's log, at most 50 a call and 20 a second; so does `console`. */
  readonly log: FunctionLog
}

export interface FunctionLog {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}
