/**
 * Whether a topic matches an MQTT filter: `+` stands for one level, a last `#` for the rest and its parent
 * ([MQTT-4.7.1-2], [MQTT-4.7.1-3]). Filters of running components are few, so each is compiled once.
 */
export function compileFilter(filter: string): (topic: string) => boolean {
  const levels = filter.split('/')
  if (!filter.includes('+') && !filter.includes('#')) return (topic) => topic === filter
  return (topic) => {
    const parts = topic.split('/')
    for (const [index, level] of levels.entries()) {
      if (level === '#') return parts.length >= index
      if (index >= parts.length || (level !== '+' && level !== parts[index])) return false
    }
    return parts.length === levels.length
  }
}
