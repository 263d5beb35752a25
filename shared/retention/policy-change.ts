import { formatDurationUs } from '../time/duration.ts'
import type { LawConfig } from './config.ts'
import type { LawClass } from './law-class.ts'
import type { PolicyHistory } from './law-version.ts'

/** One difference between two laws. */
export interface PolicyChange {
  /** Undefined for a change of which tags have which class. */
  readonly lawClass: string | undefined
  readonly what:
    | 'added'
    | 'removed'
    | 'keepAtLeast'
    | 'keepAtMost'
    | 'keepRawAtMost'
    | 'residency'
    | 'subject'
    | 'worm'
    | 'laws'
  /** `new-data`: what is already stored keeps what it was promised. */
  readonly applies: 'at-once' | 'new-data'
  readonly text: string
}

/** What a new law changes, class by class; the first law adds all of its classes. */
export function comparePolicies(history: PolicyHistory, after: LawConfig): PolicyChange[] {
  const before = history.at(-1)?.law
  const former = before?.lawClasses ?? []
  return [
    ...after.lawClasses.flatMap((next) => {
      const previous = former.find(({ name }) => name === next.name)
      return previous === undefined
        ? [added(next)]
        : compareClasses(previous, next, promisedUs(history, next.name))
    }),
    ...former
      .filter(({ name }) => !after.lawClasses.some((next) => next.name === name))
      .map(({ name }) => removed(name, promisedUs(history, name))),
    ...compareLaws(history, after),
  ]
}

/** The longest that a class has promised while it was worm: some stored data may have it for good. */
const promisedUs = (history: PolicyHistory, name: string): number =>
  Math.max(
    0,
    ...history
      .flatMap(({ law }) => law.lawClasses)
      .filter((each) => each.name === name && each.worm)
      .map(({ keepAtLeast }) => keepAtLeast),
  )

const added = ({ name, keepAtLeast }: LawClass): PolicyChange => ({
  lawClass: name,
  what: 'added',
  applies: 'at-once',
  text: `added, with keepAtLeast ${formatDurationUs(keepAtLeast)}`,
})

const removed = (name: string, promised: number): PolicyChange => ({
  lawClass: name,
  what: 'removed',
  applies: promised > 0 ? 'new-data' : 'at-once',
  text: promised > 0 ? `removed; ${keepsPromise(promised)}` : 'removed',
})

const keepsPromise = (promised: number): string =>
  `what was stored while it was worm keeps its term of up to ${formatDurationUs(promised)}`

function compareClasses(before: LawClass, after: LawClass, promised: number): PolicyChange[] {
  const lawClass = after.name
  const changes: PolicyChange[] = []
  if (after.keepAtLeast !== before.keepAtLeast) changes.push(duty(before, after, promised))
  if (after.worm !== before.worm) {
    changes.push({
      lawClass,
      what: 'worm',
      applies: after.worm ? 'at-once' : 'new-data',
      text: after.worm ? 'worm from now on' : `no longer worm; ${keepsPromise(promised)}`,
    })
  }
  const span = (us: number | undefined) => (us === undefined ? 'none' : formatDurationUs(us))
  for (const what of ['keepAtMost', 'keepRawAtMost'] as const) {
    if (after[what] === before[what]) continue
    const text = `${what} from ${span(before[what])} to ${span(after[what])}`
    changes.push({ lawClass, what, applies: 'at-once', text })
  }
  if (after.residency !== before.residency) {
    const text = `residency from ${before.residency} to ${after.residency}`
    changes.push({ lawClass, what: 'residency', applies: 'at-once', text })
  }
  if (after.subject !== before.subject) {
    const text = `subject from ${before.subject ?? 'none'} to ${after.subject ?? 'none'}`
    changes.push({ lawClass, what: 'subject', applies: 'new-data', text })
  }
  return changes
}

function duty(before: LawClass, after: LawClass, promised: number): PolicyChange {
  const isLimited = after.keepAtLeast < Math.min(before.keepAtLeast, promised)
  const text = `keepAtLeast from ${formatDurationUs(before.keepAtLeast)} to ${formatDurationUs(after.keepAtLeast)}`
  return {
    lawClass: after.name,
    what: 'keepAtLeast',
    applies: isLimited ? 'new-data' : 'at-once',
    text: isLimited ? `${text}; ${keepsPromise(promised)}` : text,
  }
}

function compareLaws(history: PolicyHistory, after: LawConfig): PolicyChange[] {
  const before = history.at(-1)?.law
  if (before === undefined || JSON.stringify(before.laws) === JSON.stringify(after.laws)) return []
  const hadWorm = history.some(({ law }) => law.lawClasses.some(({ worm }) => worm))
  return [
    {
      lawClass: undefined,
      what: 'laws',
      applies: hadWorm ? 'new-data' : 'at-once',
      text: hadWorm
        ? 'other tags for the classes; a longer term holds at once, what is stored under a worm class keeps its term'
        : 'other tags for the classes',
    },
  ]
}
