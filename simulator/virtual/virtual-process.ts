import { checkConfig } from '../../shared/component/config.ts'
import type { ComponentDefinition, RunningComponent } from '../../shared/component/define-component.ts'
import { createIncarnation, type DeathMoment, type Incarnation } from './incarnation.ts'
import type { Random } from './random.ts'
import { createVirtualHost, report, type VirtualHost } from './virtual-host.ts'
import type { World } from './world.ts'

/** One component as the nucleus keeps it: started, restarted after each death, with a back-off that is forgotten. */
export interface VirtualProcess {
  readonly name: string
  /** Starts of the component so far. */
  readonly starts: number
  readonly isRunning: boolean
  start(delayUs?: number): void
  /** Dies now; the next start waits for the back-off and `awayUs` besides. */
  kill(cause: string, awayUs?: number): void
  /** Dies at one of its next capability calls, or after `DOOM_US` when it makes none. */
  doom(callsLeft: number, moment: DeathMoment): void
  /** Stands still for a while. */
  stall(durationUs: number): void
  /** A new configuration, for the running process and for later ones; an invalid one is refused and changes nothing. */
  configure(value: unknown): void
  /** As the nucleus does for an update: waits while the component is busy, drains for a bounded time, ends, starts again. */
  restart(): void
  /** The figures the component gives of itself; undefined while it does not run. */
  figures(): Promise<ComponentFigures | undefined>
}

export interface ComponentFigures {
  readonly metrics: Readonly<Record<string, number>>
  readonly queues: readonly { readonly name: string; readonly depth: number }[]
}

/** As `simulator/nucleus`: 250 ms, doubling to 5 s, forgotten after 10 s of running. */
const BACK_OFF_US = { first: 250_000, most: 5_000_000, forgottenAfter: 10_000_000 }
const DRAIN_TIMEOUT_US = 5_000_000
const DOOM_US = 3_000_000

interface Life {
  readonly incarnation: Incarnation
  readonly startedUs: number
  host: VirtualHost | undefined
  running: RunningComponent | undefined
}

export function createVirtualProcess(
  world: World,
  definition: ComponentDefinition,
  configuration: unknown,
): VirtualProcess {
  return new ComponentProcess(world, definition, configuration)
}

class ComponentProcess implements VirtualProcess {
  readonly #world: World
  readonly #definition: ComponentDefinition
  #configuration: unknown
  #starts = 0
  #life: Life | undefined
  #backOffUs = BACK_OFF_US.first
  #awayUs = 0

  constructor(world: World, definition: ComponentDefinition, configuration: unknown) {
    this.#world = world
    this.#definition = definition
    this.#configuration = configuration
  }

  get name(): string {
    return this.#definition.name
  }

  get starts(): number {
    return this.#starts
  }

  get isRunning(): boolean {
    return this.#life?.running !== undefined
  }

  start(delayUs = 0): void {
    this.#world.clock.after(delayUs, () => this.#begin())
  }

  kill(cause: string, awayUs = 0): void {
    if (this.#life === undefined) return
    this.#awayUs = awayUs
    this.#life.incarnation.die(cause)
  }

  doom(callsLeft: number, moment: DeathMoment): void {
    const doomed = this.#life
    doomed?.incarnation.doom(callsLeft, moment)
    this.#world.clock.after(DOOM_US, () => doomed?.incarnation.die('killed between calls'))
  }

  stall(durationUs: number): void {
    this.#world.trace.note(this.name, 'stalls', String(Math.round(durationUs)))
    this.#life?.incarnation.stall(durationUs)
  }

  configure(value: unknown): void {
    const isValid = checkConfig(this.#definition.config, value, { component: this.name }).ok
    const what = isValid ? 'is configured' : 'is offered nonsense'
    this.#world.trace.note(this.name, what, JSON.stringify(value))
    if (isValid) this.#configuration = value
    const running = this.#life
    running?.incarnation.runGuarded(() => running.host?.configure(value))
  }

  restart(): void {
    if (this.#life !== undefined) this.#askForRestart(this.#life, `restart at ${this.#world.clock.nowUs()}`)
  }

  /** As the Java nucleus does: waits as long as the component asks for, and asks again. */
  #askForRestart(life: Life, deployment: string): void {
    if (!life.incarnation.isAlive) return
    const waitMs = life.host?.deferral.answer(deployment).recheckAfterMs ?? 0
    if (waitMs === 0) {
      this.#drain(life)
      return
    }
    this.#world.trace.note(this.name, 'asks the update to wait')
    this.#world.clock.after(waitMs * 1000, () => this.#askForRestart(life, deployment))
  }

  #drain(ending: Life): void {
    const { clock, trace } = this.#world
    const stop = () => ending.incarnation.die('stopped')
    if (ending.running === undefined) {
      stop()
      return
    }
    trace.note(this.name, 'drains')
    clock.after(DRAIN_TIMEOUT_US, stop)
    ending.running.drain().then(stop, (error: unknown) => {
      if (ending.incarnation.isAlive) report(this.#world, this.name, 'drain-refused', error)
      stop()
    })
  }

  async figures(): Promise<ComponentFigures | undefined> {
    const metrics = this.#life?.running === undefined ? undefined : this.#life.host?.metrics
    if (metrics === undefined) return undefined
    return { metrics: await metrics.snapshot(), queues: metrics.queues(this.#world.clock.monotonicMs()) }
  }

  #begin(): void {
    const world = this.#world
    if (!world.bus.isUp) {
      this.start(BACK_OFF_US.first)
      return
    }
    this.#starts += 1
    world.trace.note(this.name, 'starts', String(this.#starts))
    const incarnation = createIncarnation({
      clock: world.clock,
      onDeath: (cause) => this.#end(started, cause),
      onUncaught: (error) => report(world, this.name, 'uncaught', error),
    })
    const started: Life = {
      incarnation,
      startedUs: world.clock.nowUs(),
      host: undefined,
      running: undefined,
    }
    this.#life = started
    const random = world.random.fork(`${this.name}/${this.#starts}`)
    incarnation.runGuarded(() => this.#run(started, random))
  }

  #run(life: Life, random: Random): void {
    const { incarnation } = life
    life.host = createVirtualHost(this.#world, this.#definition, {
      configuration: this.#configuration,
      incarnation,
      random,
    })
    this.#definition.run(life.host.host).then(
      (running) => {
        life.running = running
      },
      (error: unknown) => {
        if (!incarnation.isAlive) return
        report(this.#world, this.name, 'start-refused', error)
        incarnation.die('start refused')
      },
    )
  }

  #end(ended: Life, cause: string): void {
    const { clock, disk, trace } = this.#world
    trace.note(this.name, 'dies', cause)
    ended.host?.release()
    disk.kill(this.name)
    this.#life = undefined
    if (clock.nowUs() - ended.startedUs >= BACK_OFF_US.forgottenAfter) this.#backOffUs = BACK_OFF_US.first
    this.start(this.#backOffUs + this.#awayUs)
    this.#backOffUs = Math.min(2 * this.#backOffUs, BACK_OFF_US.most)
    this.#awayUs = 0
  }
}
