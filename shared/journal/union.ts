/** The first list itself when it has all of the second already. */
export function union<T>(list: readonly T[], more: readonly T[]): readonly T[] {
  const missing = more.filter((entry) => !list.includes(entry))
  return missing.length === 0 ? list : [...list, ...missing]
}
