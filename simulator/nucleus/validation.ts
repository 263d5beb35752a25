import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Timer } from './timer.ts'

/** Components that want to judge a configuration before a deployment applies it (Java only). */
export interface ValidationSubscribers {
  subscribe(component: string, ask: (configuration: unknown, deploymentId: string) => void): () => void
  /** @returns false when nothing is being asked of this component */
  report(component: string, report: ValidityReport): boolean
}

interface ValidityReport {
  readonly status: string
  readonly deploymentId: string
  readonly message: string
}

/** Asks running components about a configuration before it is applied (Java only). */
export interface Validation extends ValidationSubscribers {
  /** True when the component wants to judge. */
  has(component: string): boolean
  /** @returns why the component refuses, or undefined when it agrees, does not care or is not there */
  ask(component: string, question: ValidityQuestion): Promise<string | undefined>
}

export interface ValidityQuestion {
  readonly configuration: JsonObject
  readonly deploymentId: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

type Ask = (configuration: unknown, deploymentId: string) => void

export function createValidation(timer: Timer): Validation {
  const subscribers = new Map<string, Set<Ask>>()
  const pending = new Map<string, (report: ValidityReport) => void>()
  const asksOf = (component: string): readonly Ask[] => [...(subscribers.get(component) ?? [])]
  return {
    subscribe: (component, ask) => {
      const asks = subscribers.get(component) ?? new Set()
      subscribers.set(component, asks.add(ask))
      return () => asks.delete(ask)
    },
    report: (component, report) => {
      const answer = pending.get(`${component} ${report.deploymentId}`)
      answer?.(report)
      return answer !== undefined
    },
    has: (component) => asksOf(component).length > 0,
    ask: async (component, { configuration, deploymentId, timeoutMs, signal }) => {
      const asks = asksOf(component)
      if (asks.length === 0) return undefined
      const key = `${component} ${deploymentId}`
      const answered = new AbortController()
      let report: ValidityReport | undefined
      pending.set(key, (answer) => {
        report = answer
        answered.abort()
      })
      for (const ask of asks) ask(configuration, deploymentId)
      const either = AbortSignal.any([signal, answered.signal])
      await timer
        .sleep(timeoutMs, either)
        .catch(() => signal.throwIfAborted())
        .finally(() => pending.delete(key))
      if (report === undefined) return 'no answer in time'
      return report.status === 'ACCEPTED' ? undefined : report.message
    },
  }
}
