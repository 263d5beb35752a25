/** The first index from `from` to `to` whose time is not earlier than an instant; `to` when there is none. */
export function firstNotBefore(timesUs: Float64Array, from: number, to: number, timeUs: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesUs[middle] as number) >= timeUs) high = middle
    else low = middle + 1
  }
  return low
}

/** Likewise, whose time is later. */
export function firstAfter(timesUs: Float64Array, from: number, to: number, timeUs: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timesUs[middle] as number) > timeUs) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Where sorting has to begin: indexes below `sortedTo` are in order, those from there to `end` came later. Equal
 * times stay as they are. `end` when all is in order.
 */
export function firstOutOfOrder(timesUs: Float64Array, first: number, sortedTo: number, end: number): number {
  let newestUs = sortedTo > first ? (timesUs[sortedTo - 1] as number) : Number.NEGATIVE_INFINITY
  let earliestUs = Number.POSITIVE_INFINITY
  for (let index = sortedTo; index < end; index++) {
    const timeUs = timesUs[index] as number
    if (timeUs >= newestUs) newestUs = timeUs
    else if (timeUs < earliestUs) earliestUs = timeUs
  }
  if (earliestUs === Number.POSITIVE_INFINITY) return end
  let from = firstAfter(timesUs, first, sortedTo, earliestUs)
  // Those behind the sorted part that are not later than the earliest one out of order stand in order.
  if (from === sortedTo) while ((timesUs[from] as number) <= earliestUs) from++
  return from
}

/** The indexes `from` to `end` by time; of equal times the lower index comes first. */
export function orderByTime(timesUs: Float64Array, from: number, end: number): Uint32Array {
  const order = new Uint32Array(end - from)
  for (let offset = 0; offset < order.length; offset++) order[offset] = from + offset
  return order.sort((a, b) => (timesUs[a] as number) - (timesUs[b] as number) || a - b)
}

/** Puts the elements that `order` names in this order, from index `from` on. */
export function reorder(array: Float64Array | Uint8Array, order: Uint32Array, from: number): void {
  const moved = new Float64Array(order.length)
  for (let offset = 0; offset < order.length; offset++)
    moved[offset] = array[order[offset] as number] as number
  array.set(moved, from)
}

export function reorderTexts(texts: string[], order: Uint32Array, from: number): void {
  const moved = Array.from(order, (index) => texts[index] as string)
  for (const [offset, text] of moved.entries()) texts[from + offset] = text
}
