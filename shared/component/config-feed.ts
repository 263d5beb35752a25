import { createHash } from 'node:crypto'
import { BehaviorSubject, type Observable } from 'rxjs'
import type * as z from 'zod'
import type { HealthMessage } from '../contract/health.ts'
import { type ConfigCheck, type ConfigError, checkConfig } from './config.ts'
import type { Log } from './host.ts'

/** The active configuration of a running component; both hosts feed it. */
export interface ConfigFeed<Config> {
  readonly config$: Observable<Config>
  /** Makes a valid value the active configuration. An invalid one is logged and refused; the last good one stays. */
  offer(value: unknown): ConfigCheck<Config>
  /** Says whether a value would be taken, without taking it. */
  check(value: unknown): ConfigCheck<Config>
  /** What is in force, and whether a later one was refused. */
  state(): ConfigState
  digests(): ConfigDigests
}

/** Of the configuration in force, and of each of its members by itself. */
export interface ConfigDigests {
  readonly digest: string
  readonly keys: Readonly<Record<string, string>>
}

export type ConfigState = NonNullable<HealthMessage['configuration']>

interface FeedOptions {
  readonly component: string
  readonly log: Log
}

/** @throws ConfigError `GENBA_CONFIG_INVALID` when the first configuration is not valid: there is no good one to keep */
export function createConfigFeed<Schema extends z.ZodType>(
  schema: Schema,
  first: unknown,
  { component, log }: FeedOptions,
): ConfigFeed<z.output<Schema>> {
  const check = (value: unknown) => checkConfig(schema, value, { component })
  const initial = check(first)
  if (!initial.ok) throw initial.error
  const active$ = new BehaviorSubject<z.output<Schema>>(initial.config)
  let activeText = JSON.stringify(initial.config)
  let refused: string | undefined
  return {
    config$: active$.asObservable(),
    check,
    state: () => ({ digest: digestOf(activeText), ...(refused === undefined ? {} : { refused }) }),
    digests: () => ({ digest: digestOf(activeText), keys: keyDigestsOf(active$.value) }),
    offer: (value) => {
      const checked = check(value)
      if (!checked.ok) {
        refused = refusalOf(checked.error)
        logRefusal(log, checked.error)
        return checked
      }
      refused = undefined
      // The same content again (a re-read, a time-stamp) must not rebuild anything.
      const text = JSON.stringify(checked.config)
      if (text !== activeText) {
        activeText = text
        log.info({}, 'configuration updated')
        active$.next(checked.config)
      }
      return checked
    },
  }
}

/** Characters of a refusal that health carries. */
const REFUSAL_TOLD_MAX = 400
const DIGEST_CHARACTERS = 12

const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS)

const keyDigestsOf = (config: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config ?? {}).map(([key, value]) => [key, digestOf(JSON.stringify(value) ?? '')]),
  )

/** For health, in one line; what came is left out, since it may be a secret. */
export function refusalOf({ message, issues }: ConfigError): string {
  const told = issues.map(({ where, expected }) =>
    [where, expected && `expected ${expected}`].filter(Boolean).join(': '),
  )
  return [message, ...told].join('; ').slice(0, REFUSAL_TOLD_MAX)
}

function logRefusal(log: Log, error: ConfigError): void {
  const issues = error.issues.map((issue) => ({
    ...issue,
    effect: 'the previous configuration stays active',
  }))
  log.error({ code: error.code, issues }, 'configuration update refused')
}
