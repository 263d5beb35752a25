import type { SchedulerLike, Subscription } from 'rxjs'

export interface Edge {
  readonly timeUs: number
  readonly level: 0 | 1
}

/** Lets an edge through once its level has held for a while; a contact that bounces gives one edge. */
export interface Debounce {
  push(edge: Edge): void
  /** Time of the edge that has not held long enough yet; samples before it are complete. */
  readonly pendingUs: number | undefined
  stop(): void
}

export function createDebounce(
  scheduler: SchedulerLike,
  holdMs: number,
  onEdge: (edge: Edge) => void,
): Debounce {
  let pending: Edge | undefined
  let timer: Subscription | undefined
  return {
    get pendingUs() {
      return pending?.timeUs
    },
    push(edge) {
      if (holdMs === 0) {
        onEdge(edge)
        return
      }
      timer?.unsubscribe()
      pending = edge
      timer = scheduler.schedule(() => {
        pending = undefined
        onEdge(edge)
      }, holdMs)
    },
    stop() {
      timer?.unsubscribe()
      pending = undefined
    },
  }
}
