import { Producer } from '../../../shared/contract/producers.ts'
import { tryDecode } from '../../../shared/frame/attempt.ts'
import { frameIdentity } from '../../../shared/frame/identity.ts'
import type { Effect } from '../../../shared/processing/rules/outcome.ts'
import { RuleSet } from '../../../shared/processing/rules/rule-set.ts'
import type { CompiledSettings } from '../../../shared/processing/settings.ts'
import type { LiveFrame } from '../live-frame.ts'
import type { Effects } from './effects.ts'

/**
 * Rules with a deadline that need no memory, on frames as the bus brings them: a valve must not wait for a disk, and
 * must close while the historian is being updated. The same rules judge the frame again when it comes by the log, to
 * count and to make good what was missed.
 */
export class Reflex {
  readonly #thing: string
  readonly #effects: Pick<Effects, 'actLive'>
  #rules: RuleSet | undefined

  constructor(thing: string, effects: Pick<Effects, 'actLive'>) {
    this.#thing = thing
    this.#effects = effects
  }

  reconfigure({ rules, attributesOf }: CompiledSettings): void {
    const reflexes = rules.filter(({ isReflex }) => isReflex)
    this.#rules =
      reflexes.length === 0 ? undefined : new RuleSet(reflexes, { thing: this.#thing, attributesOf })
  }

  /** Acts at once on a frame of a feed. */
  onFrame({ bytes, head }: LiveFrame): void {
    const rules = this.#rules
    // Derived samples come by the bus as well, and no rule sees them: none is to feed itself.
    if (rules === undefined || head.producer === Producer.records) return
    if (!head.columns.some(({ tag }) => rules.watches(tag))) return
    const frame = tryDecode(bytes)
    if (frame?.body !== 'samples') return
    const effects = rules.take(frame).filter((outcome): outcome is Effect => outcome.kind === 'effect')
    this.#effects.actLive(frameIdentity(head), effects)
  }
}
