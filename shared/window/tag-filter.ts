/**
 * Whether a tag is named by one of some filters written as in MQTT: `+` stands for one level, a last `#` for the
 * rest and its parent ([MQTT-4.7.1-2], [MQTT-4.7.1-3]). The answer for a tag never changes, so callers keep it.
 */
export function matchesAny(filters: readonly string[], tag: string): boolean {
  return filters.some((filter) => matches(filter.split('/'), tag.split('/')))
}

function matches(filter: readonly string[], tag: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    if (level === '#') return tag.length >= index
    if (index >= tag.length || (level !== '+' && level !== tag[index])) return false
  }
  return filter.length === tag.length
}
