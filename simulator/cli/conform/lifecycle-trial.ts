import type { MachineEffect, MachineEvent, MachineSpec } from '../../nucleus/lifecycle/machine/events.ts'
import { LifecycleMachine } from '../../nucleus/lifecycle/machine/lifecycle-machine.ts'
import { lifecycleRulesOf, strictPolicy } from '../../nucleus/lifecycle/rules.ts'
import type { StepName } from '../../nucleus/recipe/recipe.ts'
import type { ComponentState } from '../../nucleus/status.ts'

/** How the scripts of a component end: one exit code for all executions, or one each, the last for all others. */
export interface TrialComponent {
  readonly name: string
  readonly steps: Readonly<Partial<Record<StepName, { readonly exit?: Exit | undefined }>>>
}
type ExitCode = number | null
type Exit = ExitCode | readonly ExitCode[]

interface Lasting {
  readonly component: string
  readonly process: number
}

type Due = { readonly atMs: number; readonly event: MachineEvent }

const RULES = lifecycleRulesOf('java')

/** The state machine with scripts whose ends are written down, on a clock that is moved by hand. */
export class LifecycleTrial {
  readonly entered: { readonly name: string; readonly state: ComponentState }[] = []
  readonly #machine = new LifecycleMachine(RULES)
  readonly #components: readonly TrialComponent[]
  readonly #executions = new Map<string, number>()
  readonly #waiting: MachineEvent[] = []
  #lasting: readonly Lasting[] = []
  #due: readonly Due[] = []
  #nowMs = 0

  constructor(components: readonly TrialComponent[]) {
    this.#components = components
  }

  add(name: string, spec: MachineSpec): void {
    this.entered.push({ name, state: 'NEW' })
    this.handle([{ type: 'add', component: name, spec, policy: strictPolicy(RULES) }])
  }

  /** Lets everything happen that is due earlier. */
  advanceTo(atMs: number): void {
    for (let next = this.#nextDue(atMs); next !== undefined; next = this.#nextDue(atMs)) {
      const due = next
      this.#due = this.#due.filter((each) => each !== due)
      this.#nowMs = due.atMs
      this.handle([due.event])
    }
    this.#nowMs = atMs
  }

  /** Ends what the component began last and has not ended. */
  exit(component: string, code: number): void {
    const running = this.#lasting.findLast((each) => each.component === component)
    if (running !== undefined) this.#end(running, code, null)
    this.handle([])
  }

  /** Handles the events and what follows from them, until everything rests. */
  handle(events: readonly MachineEvent[]): void {
    this.#waiting.push(...events)
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      for (const effect of this.#machine.handle(event, this.#nowMs)) this.#perform(effect)
    }
  }

  statesOf(name: string): ComponentState[] {
    return this.entered.flatMap((each) => (each.name === name ? [each.state] : []))
  }

  stateOf(name: string): ComponentState | undefined {
    return this.#machine.stateOf(name)
  }

  #nextDue(beforeMs: number): Due | undefined {
    return this.#due
      .filter(({ atMs }) => atMs < beforeMs)
      .reduce<Due | undefined>((first, due) => (first && first.atMs <= due.atMs ? first : due), undefined)
  }

  #perform(effect: MachineEffect): void {
    const { component } = effect
    switch (effect.type) {
      case 'state':
        this.entered.push({ name: component, state: effect.to })
        break
      case 'start':
        this.#begin(effect)
        break
      case 'kill':
        for (const each of this.#lasting)
          if (each.process === effect.process) this.#end(each, null, 'SIGKILL')
        break
      case 'terminate':
        for (const each of this.#lasting) if (each.component === component) this.#end(each, null, 'SIGTERM')
        this.#waiting.push({ type: 'cleared', component })
        break
      case 'pause':
        this.#after(effect.ms, { type: 'rested', component, pause: effect.pause })
        break
      case 'closed':
        break
    }
  }

  #begin({ component, process, step, limitMs }: Extract<MachineEffect, { type: 'start' }>): void {
    this.#lasting = [...this.#lasting, { component, process }]
    const code = step === 'run' ? null : this.#exitOf(component, step)
    if (code !== null) this.#end({ component, process }, code, null)
    else if (limitMs !== null) this.#after(limitMs, { type: 'overran', component, process })
  }

  #exitOf(name: string, step: StepName): ExitCode {
    const { exit = 0 } = this.#components.find((component) => component.name === name)?.steps[step] ?? {}
    const execution = this.#executions.get(`${name} ${step}`) ?? 0
    this.#executions.set(`${name} ${step}`, execution + 1)
    if (typeof exit === 'number' || exit === null) return exit
    return exit[Math.min(execution, exit.length - 1)] ?? null
  }

  #end({ component, process }: Lasting, code: ExitCode, signal: string | null): void {
    this.#lasting = this.#lasting.filter((each) => each.process !== process)
    this.#waiting.push({ type: 'ended', component, process, end: { code, signal } })
  }

  #after(ms: number, event: MachineEvent): void {
    this.#due = [...this.#due, { atMs: this.#nowMs + ms, event }]
  }
}
