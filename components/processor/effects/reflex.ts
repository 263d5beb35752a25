import { Producer } from '../../../shared/contract/producers.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { decodeFrame, inspectFrame } from '../../../shared/frame/decode.ts'
import type { Effect } from '../../../shared/processing/rules/outcome.ts'
import { RuleSet } from '../../../shared/processing/rules/rule-set.ts'
import type { CompiledSettings } from '../../../shared/processing/settings.ts'
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

  /** Acts at once on a frame of a feed; bytes that are no frame are the historian's to refuse. */
  onFrame(bytes: Uint8Array): void {
    const rules = this.#rules
    if (rules === undefined) return
    const frame = attempt(() => {
      const { producer, body, columns } = inspectFrame(bytes)
      // Derived samples come by the bus as well, and no rule sees them: none is to feed itself.
      if (producer === Producer.records || body !== 'samples') return undefined
      return columns.some(({ tag }) => rules.watches(tag)) ? decodeFrame(bytes) : undefined
    })
    if (frame?.body !== 'samples') return
    const { producer, epoch, sequence } = frame.header
    const effects = rules.take(frame).filter((outcome): outcome is Effect => outcome.kind === 'effect')
    this.#effects.actLive(`${producer}|${epoch}|${sequence}`, effects)
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GenbaError) return undefined
    throw error
  }
}
