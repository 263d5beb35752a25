import type { HealthMessage } from '../contract/health.ts'

export interface Told {
  readonly message: HealthMessage
  /** Milliseconds since the judging began. */
  readonly atMs: number
}

/** What a component has said of itself since the judging began. */
export interface Heard {
  readonly first: Told
  readonly newest: Told
  readonly count: number
}

export type HeardOf = ReadonlyMap<string, Heard>

/** With one more message. */
export function withMessage(heard: HeardOf, message: HealthMessage, atMs: number): HeardOf {
  const told = { message, atMs }
  const before = heard.get(message.component)
  // Another version is another process: what the one before said does not count for it.
  const isSame = before !== undefined && before.first.message.version === message.version
  const now = isSame
    ? { ...before, newest: told, count: before.count + 1 }
    : { first: told, newest: told, count: 1 }
  return new Map(heard).set(message.component, now)
}

/** The newest figure of that name, whoever tells it. */
export const figureOf = (heard: HeardOf, name: string): number | undefined =>
  [...heard.values()].map(({ newest }) => newest.message.metrics[name]).find((value) => value !== undefined)

/** How much a figure grew between the first and the newest message. */
export function growthOf(heard: HeardOf, name: string): number {
  const teller = [...heard.values()].find(({ newest }) => newest.message.metrics[name] !== undefined)
  if (teller === undefined) return 0
  return (teller.newest.message.metrics[name] ?? 0) - (teller.first.message.metrics[name] ?? 0)
}
