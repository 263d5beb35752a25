import type { ValidationSubscribers, ValidityReport } from './operations/services.ts'

/** Asks running components about a configuration before it is applied (Java only). */
export interface Validation extends ValidationSubscribers {
  /** @returns why the component refuses, or undefined when it agrees, does not care or is not there */
  ask(component: string, configuration: unknown): Promise<string | undefined>
}

/** The device's own fallback for configurationValidationPolicy.timeoutInSeconds. */
const ANSWER_MS_MAX = 20_000

type Ask = (configuration: unknown, deploymentId: string) => void

export function createValidation(): Validation {
  const subscribers = new Map<string, Set<Ask>>()
  const pending = new Map<string, (report: ValidityReport) => void>()
  let deploymentCount = 0
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
    ask: async (component, configuration) => {
      const asks = [...(subscribers.get(component) ?? [])]
      if (asks.length === 0) return undefined
      const deploymentId = `local-${++deploymentCount}`
      const key = `${component} ${deploymentId}`
      const report = await new Promise<ValidityReport | undefined>((resolve) => {
        const late = setTimeout(() => resolve(undefined), ANSWER_MS_MAX)
        pending.set(key, (answer) => {
          clearTimeout(late)
          resolve(answer)
        })
        for (const ask of asks) ask(configuration, deploymentId)
      })
      pending.delete(key)
      if (report === undefined) return 'no answer in time'
      return report.status === 'ACCEPTED' ? undefined : report.message
    },
  }
}
