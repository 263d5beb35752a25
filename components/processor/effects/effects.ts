import type { SchedulerLike } from 'rxjs'
import type { Json } from '../../../shared/bytes/json.ts'
import { cutText, encodeText } from '../../../shared/bytes/text.ts'
import type { Bus, Log } from '../../../shared/component/host.ts'
import { describeError } from '../../../shared/errors/genba-error.ts'
import type { FunctionPool } from '../../../shared/function/pool.ts'
import type { Effect } from '../../../shared/processing/rules/outcome.ts'
import type { Clock } from '../../../shared/time/time.ts'
import { EFFECT_ATTEMPTS, EFFECT_PAUSE_MS, EFFECTS_MAX, LIVE_FRAMES_MAX } from '../limits.ts'
import { Latency, type LatencyFigures } from './latency.ts'

export interface EffectsParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly functions: Pick<FunctionPool, 'call'>
  /** What a function wants to be called in order by. */
  readonly orderOf: (name: string) => 'tag' | 'rule' | 'none' | undefined
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly signal: AbortSignal
}

export interface EffectCounters {
  done: number
  /** Given up after all attempts, error actions too. */
  failed: number
  /** Not begun because too many were under way. */
  overflowed: number
  /** Not begun because their sample was too old. */
  expired: number
}

/**
 * Acts on the world: local messages and functions. At least once: what was done after the last checkpoint is done again
 * after a death if it is not too old, with the same identity. What a live frame has caused is not done again when the
 * frame comes by the log.
 */
export class Effects {
  readonly #parts: EffectsParts
  readonly #latencies = new Map<string, Latency>()
  /** Frames that have been acted on live, oldest first. */
  readonly #live = new Set<string>()
  readonly counters: EffectCounters = { done: 0, failed: 0, overflowed: 0, expired: 0 }
  #underWay = 0

  constructor(parts: EffectsParts) {
    this.#parts = parts
  }

  /** From a frame that the bus has just brought: all that rules without memory ask for. A frame that comes again is left. */
  actLive(frame: string, effects: readonly Effect[]): void {
    if (effects.length === 0 || this.#live.has(frame)) return
    this.#live.add(frame)
    for (const oldest of this.#live) {
      if (this.#live.size <= LIVE_FRAMES_MAX) break
      this.#live.delete(oldest)
    }
    for (const effect of effects) this.#begin(effect)
  }

  /** From a frame of the log. */
  actLogged(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (!(effect.isReflex && this.#live.has(effect.frame))) this.#begin(effect)
    }
  }

  latency(rule: string): LatencyFigures {
    return this.#latencyOf(rule).figures()
  }

  get missed(): number {
    return [...this.#latencies.values()].reduce((sum, { missed }) => sum + missed, 0)
  }

  #begin(effect: Effect): void {
    if (this.#parts.clock.wallUs() - effect.timeUs > effect.maxAgeUs) {
      this.counters.expired++
      return
    }
    if (this.#underWay >= EFFECTS_MAX) {
      this.counters.overflowed++
      return
    }
    this.#underWay++
    void this.#run(effect).finally(() => {
      this.#underWay--
    })
  }

  async #run(effect: Effect): Promise<void> {
    const error = await this.#attempt(effect, effect.act, effect.act.payloadText)
    if (error === undefined) {
      this.counters.done++
      const latencyMs = (this.#parts.clock.wallUs() - effect.timeUs) / 1000
      const { deadlineUs } = effect
      this.#latencyOf(effect.rule).note(latencyMs, deadlineUs === undefined ? undefined : deadlineUs / 1000)
      return
    }
    if (this.#parts.signal.aborted) return
    this.#noteFailure(effect, error, 'an action of a rule has failed')
    if (effect.onError === undefined) return
    const untold = await this.#attempt(effect, effect.onError, errorText(effect, error))
    if (untold !== undefined) this.#noteFailure(effect, untold, 'the error action of a rule has failed')
  }

  #noteFailure({ rule, id }: Effect, error: string, message: string): void {
    this.counters.failed++
    this.#parts.log.warn({ rule, id, err: error }, message)
  }

  /** Undefined when it is done, else why not. */
  async #attempt(effect: Effect, act: Effect['act'], payloadText: string): Promise<string | undefined> {
    if (act.type === 'call') return this.#call(effect, act.function, payloadText)
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#parts.bus.publish(act.topic, { bytes: encodeText(payloadText) })
        return undefined
      } catch (error) {
        if (attempt === EFFECT_ATTEMPTS || this.#parts.signal.aborted) return describeError(error)
        await this.#pause(EFFECT_PAUSE_MS * attempt)
      }
    }
  }

  /** Thousands may pause at once, so none listens to the signal; each looks at it afterwards. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.scheduler.schedule(() => resolve(), ms)
    })
  }

  #call({ id, key, rule }: Effect, name: string, payloadText: string): string | undefined {
    const isByRule = this.#parts.orderOf(name) === 'rule'
    const event = JSON.parse(payloadText === '' ? 'null' : payloadText) as Json
    const answer = this.#parts.functions.call({ function: name, id, key: isByRule ? rule : key, event })
    return answer.accepted ? undefined : answer.message
  }

  #latencyOf(rule: string): Latency {
    let latency = this.#latencies.get(rule)
    if (latency === undefined) {
      latency = new Latency()
      this.#latencies.set(rule, latency)
    }
    return latency
  }
}

/** An output that was too long to be sent must not keep the error from being told: of a longer one the beginning is. */
const ERROR_OUTPUT_LENGTH_MAX = 2000

/** What an error action is told. */
function errorText(effect: Effect, error: string): string {
  const { rule, key, timeUs, id, action, act } = effect
  const { payloadText } = act
  const head = { v: 1, id: `${id}|error`, rule, key, timeUs, action, error }
  const output =
    payloadText.length > ERROR_OUTPUT_LENGTH_MAX
      ? JSON.stringify(cutText(payloadText, ERROR_OUTPUT_LENGTH_MAX))
      : payloadText || 'null'
  return `${JSON.stringify(head).slice(0, -1)},"output":${output}}`
}
