import { checkConfig } from '../../shared/component/config.ts'
import type { ComponentDefinition, RunningComponent } from '../../shared/component/define-component.ts'
import { createIncarnation, type DeathMoment, type Incarnation } from './incarnation.ts'
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
  /** As the nucleus does for an update: drains for a bounded time, ends, starts again. */
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
  const { clock, trace } = world
  const { name } = definition
  let active = configuration
  let starts = 0
  let life: Life | undefined
  let backOffUs = BACK_OFF_US.first
  let awayUs = 0

  const end = (ended: Life, cause: string) => {
    trace.note(name, 'dies', cause)
    ended.host?.release()
    world.disk.kill(name)
    life = undefined
    if (clock.nowUs() - ended.startedUs >= BACK_OFF_US.forgottenAfter) backOffUs = BACK_OFF_US.first
    clock.after(backOffUs + awayUs, begin)
    backOffUs = Math.min(2 * backOffUs, BACK_OFF_US.most)
    awayUs = 0
  }

  const begin = () => {
    if (!world.bus.isUp) {
      clock.after(BACK_OFF_US.first, begin)
      return
    }
    starts += 1
    trace.note(name, 'starts', String(starts))
    const random = world.random.fork(`${name}/${starts}`)
    const incarnation = createIncarnation({
      clock,
      onDeath: (cause) => end(started, cause),
      onUncaught: (error) => report(world, name, 'uncaught', error),
    })
    const started: Life = { incarnation, startedUs: clock.nowUs(), host: undefined, running: undefined }
    life = started
    incarnation.runGuarded(() => {
      started.host = createVirtualHost(world, definition, {
        configuration: active,
        incarnation,
        random,
      })
      definition.run(started.host.host).then(
        (running) => {
          started.running = running
        },
        (error: unknown) => {
          if (!incarnation.isAlive) return
          report(world, name, 'start-refused', error)
          incarnation.die('start refused')
        },
      )
    })
  }

  return {
    name,
    get starts() {
      return starts
    },
    get isRunning() {
      return life?.running !== undefined
    },
    start: (delayUs = 0) => {
      clock.after(delayUs, begin)
    },
    kill(cause, away = 0) {
      if (life === undefined) return
      awayUs = away
      life.incarnation.die(cause)
    },
    doom(callsLeft, moment) {
      const doomed = life
      doomed?.incarnation.doom(callsLeft, moment)
      clock.after(DOOM_US, () => doomed?.incarnation.die('killed between calls'))
    },
    stall(durationUs) {
      trace.note(name, 'stalls', String(Math.round(durationUs)))
      life?.incarnation.stall(durationUs)
    },
    configure(value) {
      const isValid = checkConfig(definition.config, value, { component: name }).ok
      trace.note(name, isValid ? 'is configured' : 'is offered nonsense', JSON.stringify(value))
      if (isValid) active = value
      const running = life
      running?.incarnation.runGuarded(() => running.host?.configure(value))
    },
    restart() {
      const ending = life
      const stop = () => ending?.incarnation.die('stopped')
      if (ending?.running === undefined) return stop()
      trace.note(name, 'drains')
      clock.after(DRAIN_TIMEOUT_US, stop)
      ending.running.drain().then(stop, (error: unknown) => {
        if (ending.incarnation.isAlive) report(world, name, 'drain-refused', error)
        stop()
      })
    },
    async figures() {
      const metrics = life?.running === undefined ? undefined : life.host?.metrics
      if (metrics === undefined) return undefined
      return { metrics: await metrics.snapshot(), queues: metrics.queues(clock.monotonicMs()) }
    },
  }
}
