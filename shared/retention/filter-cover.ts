/**
 * Whether the first filter names every tag that the second does. It may say no where it does (`+/#` covers `#`), never
 * yes where it does not. Both are well formed.
 */
export function coversFilter(wide: string, narrow: string): boolean {
  const wideLevels = wide.split('/')
  const narrowLevels = narrow.split('/')
  for (const [index, level] of wideLevels.entries()) {
    if (level === '#') return true
    const other = narrowLevels[index]
    if (other === undefined || other === '#') return false
    if (level !== '+' && level !== other) return false
  }
  return wideLevels.length === narrowLevels.length
}
