import type { Subscription } from 'rxjs'
import type { BusPayload, Host } from '../../shared/component/host.ts'
import { HealthMessage } from '../../shared/contract/health.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { type HeardOf, withMessage } from '../../shared/fitness/heard.ts'
import { type Fitness, judgeFitness } from '../../shared/fitness/judge.ts'
import type { GatewayConfig } from './config.ts'
import { JUDGE_EVERY_MS, REASONS_TOLD_MAX } from './limits.ts'
import type { Memory } from './memory.ts'

export interface CheckParts {
  readonly host: Pick<Host<unknown>, 'bus' | 'clock' | 'identity' | 'lifecycle' | 'log' | 'scheduler'>
  readonly memory: Memory
  readonly settings: GatewayConfig
}

/** Listens until the gateway is known to be fit or unfit, says so, and ends the process accordingly. */
export class FitnessCheck {
  readonly #parts: CheckParts
  readonly #beganMs: number
  #heard: HeardOf = new Map()
  #timer: Subscription | undefined

  constructor(parts: CheckParts) {
    this.#parts = parts
    this.#beganMs = parts.host.clock.monotonicMs()
  }

  hear(payload: BusPayload): void {
    const message = 'json' in payload ? HealthMessage.safeParse(payload.json).data : undefined
    if (message !== undefined) this.#heard = withMessage(this.#heard, message, this.#elapsedMs())
  }

  start(): void {
    this.#timer = this.#parts.host.scheduler.schedule(() => this.#judge(), JUDGE_EVERY_MS)
  }

  stop(): void {
    this.#timer?.unsubscribe()
  }

  #elapsedMs(): number {
    return this.#parts.host.clock.monotonicMs() - this.#beganMs
  }

  #judge(): void {
    const { host, memory, settings } = this.#parts
    const question = { heard: this.#heard, elapsedMs: this.#elapsedMs(), remembered: memory.remembered }
    const fitness = judgeFitness(question, settings)
    if (fitness.verdict === 'undecided') this.start()
    else this.#conclude(fitness).catch((error: unknown) => host.lifecycle.fail(error))
  }

  async #conclude({ verdict, reasons, toRemember }: Fitness): Promise<void> {
    const { host, memory } = this.#parts
    await this.#tell(verdict === 'fit', reasons)
    if (verdict === 'unfit') {
      const issues = reasons.map((reason) => ({ received: reason }))
      host.lifecycle.fail(
        new GenbaError('GENBA_GATEWAY_UNFIT', `the gateway is not fit: ${reasons.join('; ')}`, { issues }),
      )
      return
    }
    if (toRemember !== undefined) await memory.remember(toRemember)
    host.log.info({ reasons, afterMs: Math.round(this.#elapsedMs()) }, 'the gateway is fit')
    host.lifecycle.finish()
  }

  /** For whoever watches; the nucleus knows by the exit code, so that a message lost is no matter. */
  async #tell(fit: boolean, reasons: readonly string[]): Promise<void> {
    const { bus, clock, identity, log } = this.#parts.host
    const { component, version } = identity
    const verdict = { fit, reasons: reasons.slice(0, REASONS_TOLD_MAX), atUs: clock.wallUs() }
    const message = { v: 1, component, version, metrics: {}, queues: [], verdict } satisfies HealthMessage
    await bus
      .publish(Topic.health(component), { json: message })
      .catch((error: unknown) => log.warn({ err: error }, 'the verdict cannot be published'))
  }
}
