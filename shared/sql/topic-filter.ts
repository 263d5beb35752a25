/** What is wrong with a filter of FROM; undefined when nothing is. */
export function checkTopicFilter(filter: string): string | undefined {
  if (filter === '') return 'the topic filter is empty'
  const levels = filter.split('/')
  for (const [index, level] of levels.entries()) {
    if (level.includes('+') && level !== '+') return `"+" must fill its level, not be part of "${level}"`
    if (!level.includes('#')) continue
    if (level !== '#') return `"#" must fill its level, not be part of "${level}"`
    if (index < levels.length - 1) return '"#" must be the last level'
  }
  return undefined
}

/**
 * Compiles a filter of FROM. `+` is one level; `#` is at least one, so `sensor/#` does not match `sensor`: the cloud's
 * rules differ from MQTT in this.
 */
export function compileTopicFilter(filter: string): (topic: string) => boolean {
  const isOpen = filter === '#' || filter.endsWith('/#')
  const levels = (isOpen ? filter.slice(0, -1) : filter).split('/')
  if (!levels.includes('+')) {
    const prefix = isOpen ? filter.slice(0, -1) : filter
    return isOpen ? (topic) => topic.startsWith(prefix) : (topic) => topic === filter
  }
  if (isOpen) levels.pop()
  return (topic) => matchLevels(levels, topic, isOpen)
}

/** Without an array of the topic's levels: this runs for each message and rule. */
function matchLevels(levels: readonly string[], topic: string, isOpen: boolean): boolean {
  let from = 0
  for (let index = 0; index < levels.length; index++) {
    const slash = topic.indexOf('/', from)
    const to = slash < 0 ? topic.length : slash
    const level = levels[index] as string
    if (level !== '+' && !(to - from === level.length && topic.startsWith(level, from))) return false
    const isLast = index === levels.length - 1
    if (slash < 0) return isLast && !isOpen
    if (isLast) return isOpen
    from = slash + 1
  }
  return false
}

/** Where a message came in by Basic Ingest: the rule that is named, and the topic that its functions see. */
export interface BasicIngest {
  readonly rule: string
  readonly topic: string
}

const INGEST_PREFIX = '$aws/rules/'
const DOLLAR = 0x24

/** Of `$aws/rules/RULE/x/y`; undefined for any other topic. */
export function parseBasicIngest(topic: string): BasicIngest | undefined {
  if (topic.charCodeAt(0) !== DOLLAR || !topic.startsWith(INGEST_PREFIX)) return undefined
  const rest = topic.slice(INGEST_PREFIX.length)
  const slash = rest.indexOf('/')
  return slash < 0 ? { rule: rest, topic: '' } : { rule: rest.slice(0, slash), topic: rest.slice(slash + 1) }
}
