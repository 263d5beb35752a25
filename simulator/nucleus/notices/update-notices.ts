import type { Timer } from '../timer.ts'

/** What SubscribeToComponentUpdates delivers. */
export type UpdateEvent =
  | {
      readonly preUpdateEvent: { readonly deploymentId: string; readonly isGgcRestarting: boolean }
    }
  | { readonly postUpdateEvent: { readonly deploymentId: string } }

export type DeferAnswer = 'taken' | 'not-subscribed' | 'too-late'

/** Components that want to be told before and after a deployment changes anything (Java only). */
export interface UpdateSubscribers {
  /** @returns the way to unsubscribe */
  subscribe(component: string, emit: (event: UpdateEvent) => void): () => void
  /** @param recheckAfterMs 0 means go ahead; undefined is no answer, and the whole time is waited */
  defer(component: string, deploymentId: string, recheckAfterMs: number | undefined): DeferAnswer
}

export interface UpdateNotices extends UpdateSubscribers {
  /**
   * One round of questions. Who does not answer in time agrees.
   * @returns milliseconds to wait before asking again: the longest that was asked for; 0 means go ahead
   */
  ask(question: UpdateQuestion, signal: AbortSignal): Promise<number>
  /** The deployment is done. */
  tellDone(deploymentId: string): void
}

export interface UpdateQuestion {
  readonly deploymentId: string
  readonly isGgcRestarting: boolean
  readonly timeoutMs: number
}

interface Round {
  readonly deploymentId: string
  readonly open: Set<string>
  waitMs: number
  readonly onAnswered: () => void
}

export function createUpdateNotices(timer: Timer): UpdateNotices {
  const subscribers = new Map<string, Set<(event: UpdateEvent) => void>>()
  let round: Round | undefined
  const emit = (event: UpdateEvent): void => {
    for (const emits of [...subscribers.values()]) for (const each of [...emits]) each(event)
  }
  return {
    subscribe: (component, each) => {
      const emits = subscribers.get(component) ?? new Set()
      subscribers.set(component, emits.add(each))
      return () => {
        emits.delete(each)
        if (emits.size === 0 && subscribers.get(component) === emits) subscribers.delete(component)
      }
    },
    defer: (component, deploymentId, recheckAfterMs) => {
      if (!subscribers.has(component)) return 'not-subscribed'
      if (round?.deploymentId !== deploymentId || !round.open.has(component)) return 'too-late'
      if (recheckAfterMs === undefined) return 'taken'
      round.open.delete(component)
      round.waitMs = Math.max(round.waitMs, recheckAfterMs)
      if (round.open.size === 0) round.onAnswered()
      return 'taken'
    },
    ask: async ({ deploymentId, isGgcRestarting, timeoutMs }, signal) => {
      if (subscribers.size === 0) return 0
      const answered = new AbortController()
      const asked: Round = {
        deploymentId,
        open: new Set(subscribers.keys()),
        waitMs: 0,
        onAnswered: () => answered.abort(),
      }
      round = asked
      emit({ preUpdateEvent: { deploymentId, isGgcRestarting } })
      const either = AbortSignal.any([signal, answered.signal])
      await timer.sleep(timeoutMs, either).catch(() => signal.throwIfAborted())
      round = undefined
      return asked.waitMs
    },
    tellDone: (deploymentId) => emit({ postUpdateEvent: { deploymentId } }),
  }
}
