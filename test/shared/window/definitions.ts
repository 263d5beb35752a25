import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import type { WindowDefinition } from '../../../shared/window/definition.ts'
import type { WindowEngine, WindowsTaken } from '../../../shared/window/window-engine.ts'
import { SECOND_US } from './frames.ts'

export const TEN_SECONDS = { type: 'tumbling', sizeUs: 10 * SECOND_US, offsetUs: 0 } as const

/** Tumbling windows of ten seconds over every tag, unless said otherwise. */
export function define(parts: Partial<WindowDefinition> = {}): WindowDefinition {
  return {
    name: 'w',
    tags: ['#'],
    key: { by: 'tag' },
    window: TEN_SECONDS,
    allowedLatenessUs: 0,
    lateFlushUs: 0,
    aggregates: parseAggregates(['sum', 'last']),
    ...parts,
  }
}

/** Panes in a few letters: key, bounds in seconds, timing and revision, samples; then `!` for a final one. */
export const inShort = ({ panes }: Pick<WindowsTaken, 'panes'>): string[] =>
  panes.map(
    ({ key, startUs, endUs, timing, revision, count, isFinal, gap }) =>
      `${key} ${startUs / SECOND_US}-${endUs / SECOND_US} ${timing[0]}${revision} n${count}${isFinal ? '!' : ''}${gap === true ? ' gap' : ''}`,
  )

/** Checkpoints as a store keeps them. */
export class Disk {
  readonly #texts = new Map<string, string>()

  save(engine: WindowEngine): void {
    for (const { key, text } of engine.takeCells()) {
      if (text === undefined) this.#texts.delete(key)
      else this.#texts.set(key, text)
    }
  }

  get cells(): { key: string; text: string }[] {
    return [...this.#texts].map(([key, text]) => ({ key, text }))
  }
}
