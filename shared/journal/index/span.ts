/**
 * Index entries are kept apart by how much time their frame spans, in classes of powers of 16. To find the frames
 * that reach into a range one must look back by the longest span; with one class a single frame of a wrong clock
 * would make every later read look back to the beginning.
 */
export function spanClassOf(minTimeUs: number, maxTimeUs: number): number {
  const spanUs = maxTimeUs - minTimeUs
  let spanClass = 0
  for (let limit = 1; limit <= spanUs; limit *= 16) spanClass += 1
  return spanClass
}

/** Every span of the class is below this, microseconds. */
export const spanLimitUs = (spanClass: number): number => 16 ** spanClass

/** The classes whose bits are set in a mask. */
export function spanClassesOf(mask: number): readonly number[] {
  return Array.from({ length: SPAN_CLASSES }, (_, spanClass) => spanClass).filter(
    (spanClass) => (mask >> spanClass) & 1,
  )
}

/** The longest span, 2^54 µs, falls into class 14. */
const SPAN_CLASSES = 15
