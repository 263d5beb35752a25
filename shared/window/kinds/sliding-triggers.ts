import type { Tracked } from '../changes.ts'

/** A sample time at which a sliding window ends, or begins to end where it has a delay. */
export interface Trigger extends Tracked {
  readonly timeUs: number
  /** Of the last answer; -1 before the first. */
  revision: number
  /** How many samples its window held when it was last looked at. */
  samples: number
  /** The next answer would say something new. */
  isDirty: boolean
  /** The watermark at which a late change is answered; -Infinity at once. */
  flushAtUs: number
}

export function newTrigger(timeUs: number, flushAtUs: number): Trigger {
  return { timeUs, revision: -1, samples: 0, isDirty: true, flushAtUs, isNoted: false, isSaved: false }
}

/** The triggers of one key that are not final, by time; no two are equal. */
export class TriggerList {
  readonly all: Trigger[] = []

  /** Index of the first trigger that is not earlier; the length when there is none. Most come last. */
  indexFrom(timeUs: number): number {
    const { all } = this
    if (all.length === 0 || (all[all.length - 1] as Trigger).timeUs < timeUs) return all.length
    let low = 0
    let high = all.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((all[middle] as Trigger).timeUs >= timeUs) high = middle
      else low = middle + 1
    }
    return low
  }

  has(timeUs: number): boolean {
    return this.all[this.indexFrom(timeUs)]?.timeUs === timeUs
  }

  insert(trigger: Trigger): void {
    const index = this.indexFrom(trigger.timeUs)
    if (index === this.all.length) this.all.push(trigger)
    else this.all.splice(index, 0, trigger)
  }

  /** Whether there is one in [fromUs, beforeUs). */
  hasWithin(fromUs: number, beforeUs: number): boolean {
    const trigger = this.all[this.indexFrom(fromUs)]
    return trigger !== undefined && trigger.timeUs < beforeUs
  }

  /** Removes and gives the first `count`. */
  shift(count: number): Trigger[] {
    return this.all.splice(0, count)
  }
}
