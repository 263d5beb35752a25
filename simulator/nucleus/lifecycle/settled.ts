import type { Observable } from 'rxjs'
import type { ManagedComponent } from './managed-component.ts'

/** What has become of components that had to come up. */
export interface Settled {
  /** Empty when all are up. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[]
}

export interface SettleParts {
  /** The components that are waited for, as they are now. */
  readonly look: () => readonly ManagedComponent[]
  readonly isAtRest: (name: string) => boolean
  /** Says that something may have changed. */
  readonly changes$: Observable<void>
  readonly steadyMs: number
  readonly signal: AbortSignal
}

/** Waits until all are up and have been so for `steadyMs`, or one is BROKEN. Rejects with the signal's reason. */
export function settle({ look, isAtRest, changes$, steadyMs, signal }: SettleParts): Promise<Settled> {
  return new Promise((resolve, reject) => {
    let steady: { readonly lives: string; readonly timer: NodeJS.Timeout } | undefined
    const finish = (act: () => void): void => {
      clearTimeout(steady?.timer)
      subscription.unsubscribe()
      signal.removeEventListener('abort', abort)
      act()
    }
    const abort = (): void => finish(() => reject(signal.reason))
    const judge = (): void => {
      const components = look()
      const broken = components.filter(
        ({ state, definition }) => state === 'BROKEN' && isAtRest(definition.name),
      )
      if (broken.length > 0) {
        finish(() => resolve(settledWith(broken)))
        return
      }
      const isUp = components.every(
        ({ state, definition }) => (state === 'RUNNING' || state === 'FINISHED') && isAtRest(definition.name),
      )
      const lives = components.map((component) => component.lives).join()
      if (isUp && steady?.lives === lives) return
      clearTimeout(steady?.timer)
      const whenSteady = (): void => finish(() => resolve(settledWith([])))
      steady = isUp ? { lives, timer: setTimeout(whenSteady, steadyMs) } : undefined
    }
    const subscription = changes$.subscribe(judge)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    else judge()
  })
}

const settledWith = (broken: readonly ManagedComponent[]): Settled => ({
  broken: broken.map(({ definition, reason }) => ({ name: definition.name, reason })),
})
