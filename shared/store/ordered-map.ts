/**
 * A map in key order. Keys are kept in sorted runs of bounded length, so that an insertion in the middle of many
 * moves one run and not the whole list.
 */
export interface OrderedMap<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  /** Keys from `from` on, ascending; the map must not change while they are read. */
  ascending(from: string): Iterable<string>
  /** Keys up to and including `to`, or all of them, descending. */
  descending(to: string | undefined): Iterable<string>
}

/** Twice the length at which a run is cut; a splice of so few keys costs less than a microsecond. */
const RUN_LENGTH_MAX = 512

export function createOrderedMap<Value>(): OrderedMap<Value> {
  const values = new Map<string, Value>()
  /** Never empty, except for a single run; every key of a run is below every key of the next. */
  const runs: string[][] = [[]]

  /** The last run that begins at or below the key, or the first. */
  function runFor(key: string): number {
    let low = 0
    let high = runs.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const first = runs[middle]?.[0]
      if (first !== undefined && first <= key) low = middle
      else high = middle - 1
    }
    return low
  }

  function insert(key: string): void {
    const at = runFor(key)
    const run = runs[at] ?? []
    run.splice(placeIn(run, key), 0, key)
    if (run.length > RUN_LENGTH_MAX) runs.splice(at + 1, 0, run.splice(run.length >> 1))
  }

  function remove(key: string): void {
    const at = runFor(key)
    const run = runs[at] ?? []
    run.splice(placeIn(run, key), 1)
    if (run.length === 0 && runs.length > 1) runs.splice(at, 1)
  }

  return {
    get: (key) => values.get(key),
    set(key, value) {
      if (!values.has(key)) insert(key)
      values.set(key, value)
    },
    delete(key) {
      if (values.delete(key)) remove(key)
    },
    *ascending(from) {
      const first = runFor(from)
      for (let at = first; at < runs.length; at += 1) {
        const run = runs[at] ?? []
        for (let index = at === first ? placeIn(run, from) : 0; index < run.length; index += 1) {
          yield run[index] ?? ''
        }
      }
    },
    *descending(to) {
      for (let at = to === undefined ? runs.length - 1 : runFor(to); at >= 0; at -= 1) {
        const run = runs[at] ?? []
        for (let index = run.length - 1; index >= 0; index -= 1) {
          const key = run[index] ?? ''
          if (to === undefined || key <= to) yield key
        }
      }
    },
  }
}

/** Where the key stands, or would stand, in a sorted run. */
function placeIn(run: readonly string[], key: string): number {
  let low = 0
  let high = run.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((run[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}
