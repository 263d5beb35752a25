import type { ComponentState, NucleusEvent } from '../status.ts'
import type { ComponentDefinition } from './component-definition.ts'
import type { MachineEffect, MachineEvent } from './machine/events.ts'
import { ComponentProcesses } from './process/component-processes.ts'
import { skipReason } from './process/skip-if.ts'

/** Where a life of a component is over: whatever runs later was begun later. */
const BETWEEN_LIVES: readonly ComponentState[] = ['NEW', 'INSTALLED', 'FINISHED', 'BROKEN']

type Answer = (event: MachineEvent) => void

/** One component in the world: it does what the state machine asks for, and answers. */
export class ManagedComponent {
  definition: ComponentDefinition
  readonly processes: ComponentProcesses
  /** Starts of its main script beyond the first, for whatever reason. */
  restarts = 0
  /** How often nothing of it ran any more. */
  lives = 0
  readonly #readsSkipif: boolean
  readonly #answer: Answer
  #state: ComponentState = 'NEW'
  #reason = ''
  #starts = 0
  #pauseMs = 0
  #pause: NodeJS.Timeout | undefined

  constructor(definition: ComponentDefinition, readsSkipif: boolean, answer: Answer) {
    this.definition = definition
    this.#readsSkipif = readsSkipif
    this.#answer = answer
    const component = definition.name
    this.processes = new ComponentProcesses({
      ended: (process, end) => answer({ type: 'ended', component, process, end }),
      overran: (process) => answer({ type: 'overran', component, process }),
      cleared: () => answer({ type: 'cleared', component }),
    })
  }

  get state(): ComponentState {
    return this.#state
  }

  /** Why it is in this state. */
  get reason(): string {
    return this.#reason
  }

  get pid(): number | null {
    return this.processes.pid
  }

  /** Reaches every process of the group that `pid` leads. @returns false when none runs */
  signal(signal: NodeJS.Signals): boolean {
    return this.processes.signal(signal)
  }

  /** @returns what those who watch the nucleus are to hear of it */
  perform(effect: MachineEffect): NucleusEvent | undefined {
    switch (effect.type) {
      case 'state':
        return this.#enter(effect)
      case 'start':
        return this.#start(effect)
      case 'kill':
        this.processes.kill(effect.process)
        return undefined
      case 'terminate':
        clearTimeout(this.#pause)
        void this.processes.terminate()
        return undefined
      case 'pause':
        return this.#rest(effect)
      case 'closed':
        return undefined
    }
  }

  #enter({ component, from, to, reason }: Extract<MachineEffect, { type: 'state' }>): NucleusEvent {
    this.#state = to
    this.#reason = reason
    if (BETWEEN_LIVES.includes(to)) this.lives++
    return { type: 'state', component, from, to, reason }
  }

  #start(effect: Extract<MachineEffect, { type: 'start' }>): NucleusEvent | undefined {
    const { component, process, step: name, limitMs } = effect
    const step = this.definition.lifecycle.steps[name]
    const isMain = name === 'startup' || name === 'run'
    const event = isMain ? this.#countStart() : undefined
    const answer = (end: object): void =>
      this.#answer({ type: 'ended', component, process, end: { code: 0, signal: null, ...end } })
    const skipped =
      this.#readsSkipif && step?.skipif !== undefined
        ? skipReason(step.skipif, globalThis.process.env['PATH'] ?? '')
        : undefined
    // A paused component could not hear what its shutdown script tells it.
    if (name === 'shutdown') this.processes.signalAll('SIGCONT')
    if (step === undefined || skipped !== undefined) {
      answer({ skipped: skipped ?? 'there is no such step any more' })
      return event
    }
    try {
      this.processes.start(process, name, limitMs, () => this.definition.start(name, step))
    } catch (error) {
      answer({ code: 127, fault: error instanceof Error ? error.message : String(error) })
    }
    return event
  }

  #countStart(): NucleusEvent | undefined {
    const delayMs = this.#pauseMs
    this.#pauseMs = 0
    if (this.#starts++ === 0) return undefined
    this.restarts++
    return { type: 'restart', component: this.definition.name, restarts: this.restarts, delayMs }
  }

  #rest({ component, pause, ms }: Extract<MachineEffect, { type: 'pause' }>): undefined {
    clearTimeout(this.#pause)
    this.#pauseMs = ms
    this.#pause = setTimeout(() => this.#answer({ type: 'rested', component, pause }), ms)
  }
}
