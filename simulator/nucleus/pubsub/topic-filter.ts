/** True when a filter has MQTT wildcards as whole levels (MQTT 3.1.1, 4.7.1). */
export const hasWildcard = (filter: string): boolean => /(^|\/)(\+|#$)(\/|$)/.test(filter)

/**
 * MQTT 3.1.1, 4.7: `+` stands for one level, a last `#` for the levels that follow and for the parent itself.
 * Topics that begin with `$` are not matched by a filter that begins with a wildcard [MQTT-4.7.2-1].
 */
export function topicMatches(filter: string, topic: string): boolean {
  if (filter === topic) return true
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return index === wanted.length - 1
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}
