type Numbers = Float64Array | Uint32Array | Uint8Array

/** A larger array that begins with what is in the old one. */
export function grown<A extends Numbers>(old: A, larger: A): A {
  larger.set(old)
  return larger
}

/** The entries at these places. */
export function gathered<A extends Numbers>(values: A, places: Uint32Array): A {
  const taken = values.slice(0, places.length) as A
  for (let i = 0; i < places.length; i += 1) taken[i] = values[places[i] ?? 0] ?? 0
  return taken
}

/** The same memory size with the first entries put in order. */
export function reordered<A extends Numbers>(values: A, order: Uint32Array): A {
  const sorted = values.slice() as A
  for (let i = 0; i < order.length; i += 1) sorted[i] = values[order[i] ?? 0] ?? 0
  return sorted
}
