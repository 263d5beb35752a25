import type { Host } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { Sender } from '../../shared/handoff/sender.ts'
import type { SourceTotals } from '../../shared/source/totals.ts'
import type { CollectorConfig, SourceConfig } from './config.ts'
import type { GpioDriver } from './gpio/driver.ts'
import { Intake, type IntakeState } from './intake.ts'
import type { Remembered } from './remembered.ts'
import { createSource } from './sources.ts'

export interface PlantParts {
  readonly host: Host<CollectorConfig>
  readonly sender: Sender
  readonly remembered: Remembered
  readonly openGpio: () => Promise<GpioDriver>
}

interface Running {
  /** Everything its intake was made from: another text is another intake. */
  readonly settings: string
  readonly intake: Intake
}

const NOTHING: SourceTotals = { samples: 0, rejected: 0, rawJsonBytes: 0 }

/** All sources of the collector: those that a configuration names run, others are ended and retired. */
export class Plant {
  readonly #parts: PlantParts
  readonly #running = new Map<string, Running>()
  /** Counters of intakes that are closed: a figure must not fall when a source is reopened or dropped. */
  readonly #closed = new Map<string, { readonly totals: SourceTotals; readonly shed: number }>()

  /** Sources that are no longer configured and have not said so yet. */
  readonly #retiring = new Map<string, Promise<void>>()

  constructor(parts: PlantParts) {
    this.#parts = parts
  }

  /** Makes the running sources those of the configuration. One call at a time. @throws StoreError */
  async apply(config: CollectorConfig): Promise<void> {
    const wanted = new Map(config.sources.map((source) => [source.name, source]))
    const outdated = [...this.#running].filter(([name, { settings }]) => {
      const source = wanted.get(name)
      return source === undefined || settingsOf(source, config) !== settings
    })
    await Promise.all(outdated.map(([name]) => this.#close(name)))
    for (const name of this.#parts.remembered.names()) {
      if (!wanted.has(name) && !this.#retiring.has(name)) this.#retire(name)
    }
    for (const source of config.sources) {
      if (!this.#running.has(source.name)) await this.#start(source, config)
    }
  }

  /** Ends all sources. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.#close(name)))
  }

  count(state: IntakeState): number {
    return [...this.#running.values()].filter(({ intake }) => intake.state === state).length
  }

  sum(read: (totals: SourceTotals, shedSamples: number) => number): number {
    let sum = 0
    for (const { intake } of this.#running.values()) sum += read(intake.totals, intake.shedSamples)
    for (const [name, { totals, shed }] of this.#closed) {
      // The totals of an intake that runs go on from the closed one's.
      sum += read(this.#running.has(name) ? NOTHING : totals, shed)
    }
    return sum
  }

  async #start(source: SourceConfig, config: CollectorConfig): Promise<void> {
    const { host, sender, remembered, openGpio } = this.#parts
    const { name, priority } = source
    const isRestart = remembered.has(name)
    await remembered.add(name)
    const intake = new Intake({
      ...host,
      name,
      producer: this.#producerOf(name),
      priority,
      open: async () => {
        // Its last word of before comes first: said later, it would end what this opening has begun.
        await this.#retiring.get(name)
        return createSource(source, { config, loadModule: host.loadModule, openGpio })
      },
      sender,
      frame: config.frame,
      live: config.live,
      policy: config.outbox.policy,
      isRestart,
      totals: this.#closed.get(name)?.totals ?? NOTHING,
    })
    this.#running.set(name, { settings: settingsOf(source, config), intake })
    host.log.info({ source: name, type: source.type }, 'a source is opened')
  }

  async #close(name: string): Promise<void> {
    const running = this.#running.get(name)
    if (running === undefined) return
    await running.intake.stop()
    const { totals, shedSamples } = running.intake
    const shed = (this.#closed.get(name)?.shed ?? 0) + shedSamples
    this.#closed.set(name, { totals, shed })
    this.#running.delete(name)
    this.#parts.host.log.info({ source: name }, 'a source is closed')
  }

  /** Goes on in the background: it may have to wait for room. Noted only when it is done, so a death repeats it. */
  #retire(name: string): void {
    const { sender, remembered, host } = this.#parts
    const retiring = sender
      .retire(this.#producerOf(name))
      // It may have been brought back meanwhile.
      .then(() => (this.#running.has(name) ? undefined : remembered.retire(name)))
      .catch((error) => {
        host.log.warn({ source: name, err: describeError(error) }, 'a source could not be retired yet')
      })
      .finally(() => this.#retiring.delete(name))
    this.#retiring.set(name, retiring)
  }

  #producerOf(name: string): string {
    return `${this.#parts.host.identity.component}/${name}`
  }
}

function settingsOf(source: SourceConfig, { frame, live, outbox }: CollectorConfig): string {
  return JSON.stringify([source, frame, live, outbox.policy])
}
