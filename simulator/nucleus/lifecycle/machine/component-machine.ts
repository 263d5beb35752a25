import type { StepName } from '../../recipe/recipe.ts'
import type { ComponentState } from '../../status.ts'
import type { MachineSpec, Request, StepEnd } from './events.ts'
import { type Goals, goalsFrom, withRequest, withStart, withStop } from './goals.ts'
import { type Move, nextMove, type Situation, type Task, tasksOf } from './next-move.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { outcomeOf, type Script } from './script.ts'
import type { MachineWorld } from './world.ts'

const TOO_OFTEN = 'too many failures within an hour'

/**
 * One component from NEW to FINISHED or BROKEN, as `Lifecycle.java` and `GenericExternalService.java` of the Java
 * nucleus have it. It knows neither clock nor process: `advance` makes one move, effects say what is to be done.
 */
export class ComponentMachine {
  readonly name: string
  spec: MachineSpec
  policy: RetryPolicy
  readonly #world: MachineWorld
  #state: ComponentState = 'NEW'
  #cameFrom: ComponentState = 'NEW'
  #goals: Goals = []
  /** Of the latest request. */
  #reason = ''
  #tasks: readonly Task[] = []
  #task: Task | undefined
  #pause: number | undefined
  #pauseMs = 0
  readonly #scripts = new Map<number, Script>()
  #stopFault: string | undefined
  /** Nothing was asked for when the error occurred: then the component is to be started again. */
  #isToRetry = false
  #closing: Situation['closing'] = 'no'

  constructor(name: string, spec: MachineSpec, policy: RetryPolicy, world: MachineWorld) {
    this.name = name
    this.spec = spec
    this.policy = policy
    this.#world = world
  }

  get state(): ComponentState {
    return this.#state
  }

  /** Others may rely on it. STOPPING counts when it was asked for, not as a part of a failure. */
  get isReliable(): boolean {
    if (this.#state === 'STOPPING') return this.#cameFrom !== 'ERRORED'
    return this.#state === 'RUNNING' || this.#state === 'FINISHED'
  }

  get isUp(): boolean {
    return this.#state === 'STARTING' || this.#state === 'RUNNING'
  }

  /** On its way to RUNNING, and nothing has gone wrong yet. */
  get isComing(): boolean {
    return ['NEW', 'INSTALLED', 'STARTING'].includes(this.#state) && this.#goals.at(-1) === 'RUNNING'
  }

  /** Nothing is under way and nothing is left to reach. */
  get isAtRest(): boolean {
    const hasReached = this.#state === 'BROKEN' || goalsFrom(this.#state, this.#goals).length === 0
    return hasReached && !this.#isBusy
  }

  get #main(): Script | undefined {
    return [...this.#scripts.values()].find(({ isMain }) => isMain)
  }

  get #isBusy(): boolean {
    return this.#task !== undefined || this.#tasks.length > 0
  }

  ask(request: Request, reason: string): void {
    if (this.#closing !== 'no') return
    const before = this.#goals
    this.#goals = withRequest(request, this.#goals, this.#state)
    if (this.#goals !== before) this.#reason = reason
    // A pause is for failures alone: whoever asks need not wait for its end.
    if (this.#task === 'pause') this.#task = undefined
  }

  close(uninstalls: boolean, reason: string): void {
    this.#closing = uninstalls ? 'uninstalls' : 'stops'
    this.#reason = reason
    if (this.#state === 'STOPPING' || !this.#isBusy) return
    this.#task = undefined
    this.#tasks = ['terminate']
  }

  report(state: 'RUNNING' | 'ERRORED'): void {
    const mayFail = this.isUp || this.#state === 'STOPPING'
    if (state === 'ERRORED' && mayFail) this.#fail('the component says that it has failed', this.#main)
    if (state === 'RUNNING' && this.#state === 'STARTING') this.#enter('RUNNING', 'the component says so')
  }

  overran(process: number): void {
    const script = this.#scripts.get(process)
    // A startup script has its time until the component is up.
    const isPastIt = script?.step === 'startup' && this.#state !== 'STARTING'
    if (script === undefined || isPastIt) return
    script.isOverdue = true
    this.#world.emit({ type: 'kill', component: this.name, process })
  }

  ended(process: number, end: StepEnd): void {
    const script = this.#scripts.get(process)
    this.#scripts.delete(process)
    if (script === undefined || !(script.isMain || script.step === this.#task)) return
    if (script.step === this.#task) this.#task = undefined
    this.#judge(script, end)
  }

  cleared(): void {
    if (this.#task !== 'terminate') return
    this.#task = undefined
    this.#scripts.clear()
  }

  rested(pause: number): void {
    if (this.#task === 'pause' && this.#pause === pause) this.#task = undefined
  }

  /** Makes the next move. @returns false when the component waits for something, or rests */
  advance(): boolean {
    if (this.#task !== undefined) return false
    const [task, ...later] = this.#tasks
    if (task === undefined) return this.#move(nextMove(this.#situation()))
    this.#tasks = later
    this.#begin(task)
    return true
  }

  #situation(): Situation {
    this.#goals = goalsFrom(this.#state, this.#goals)
    return {
      state: this.#state,
      cameFrom: this.#cameFrom,
      goals: this.#goals,
      reason: this.#reason,
      steps: this.spec.steps,
      hasBegun: this.#main !== undefined,
      awaited: this.#world.awaited(this),
      stopFault: this.#stopFault,
      closing: this.#closing,
    }
  }

  #move(move: Move): boolean {
    switch (move.kind) {
      case 'rest':
        return false
      case 'enter':
        if (move.goals !== undefined) this.#goals = move.goals
        if (this.#state === 'BROKEN') this.policy.reset()
        return this.#enter(move.to, move.reason)
      case 'begin':
        if (this.policy.begins(this.#state, this.#world.nowMs)) this.#beginStep(move.step)
        else this.#enter('BROKEN', TOO_OFTEN)
        return true
      case 'uninstall':
        this.#closing = 'stops'
        this.#tasks = ['uninstall', 'terminate']
        return true
      case 'closed':
        this.#closing = 'done'
        this.#world.emit({ type: 'closed', component: this.name })
        return false
    }
  }

  #beginStep(step: 'install' | 'startup' | 'run'): void {
    if (step === 'install') this.#tasks = ['install']
    else this.#start(step)
    if (step === 'run') this.#enter('RUNNING', 'run begins')
  }

  #begin(task: Task): void {
    if (task === 'pause') {
      this.#beginPause()
    } else if (task === 'terminate') {
      this.#task = task
      this.#world.emit({ type: 'terminate', component: this.name })
    } else if (this.spec.steps[task] !== undefined) {
      this.#task = task
      this.#start(task)
    } else if (task === 'install') {
      this.#enter('INSTALLED', 'installed')
    }
  }

  #beginPause(): void {
    if (this.#isToRetry) this.#goals = withStart(this.#goals)
    if (this.#goals[0] === 'RUNNING') this.#reason = 'it is started again'
    if (this.#pauseMs === 0) return
    this.#task = 'pause'
    this.#pause = this.#world.nextId()
    this.#world.emit({ type: 'pause', component: this.name, pause: this.#pause, ms: this.#pauseMs })
  }

  #start(step: StepName): void {
    const process = this.#world.nextId()
    const limitMs = this.spec.steps[step]?.timeoutMs ?? null
    this.#world.emit({ type: 'start', component: this.name, process, step, limitMs })
    const isMain = step === 'startup' || step === 'run'
    this.#scripts.set(process, { step, isMain, limitMs, beganMs: this.#world.nowMs, isOverdue: false })
  }

  #judge(script: Script, end: StepEnd): void {
    const outcome = outcomeOf(script, end, this.#state)
    if (outcome.kind === 'enter') this.#enter(outcome.to, outcome.reason)
    if (outcome.kind === 'error') this.#fail(outcome.fault, script)
    if (outcome.kind === 'stop') {
      this.#goals = withStop(this.#goals)
      this.#reason = outcome.reason
    }
  }

  #fail(fault: string, script: Script | undefined): void {
    if (this.#state === 'STOPPING') {
      this.#stopFault = fault
      return
    }
    const { nowMs } = this.#world
    const ranForMs = nowMs - (script?.beganMs ?? nowMs)
    const pauseMs = this.policy.afterError({ state: this.#state, nowMs, ranForMs })
    this.#pauseMs = pauseMs ?? 0
    if (pauseMs === undefined) this.#enter('BROKEN', `${fault}; ${TOO_OFTEN}`)
    else this.#enter('ERRORED', fault)
  }

  #enter(to: ComponentState, reason: string): true {
    const from = this.#state
    if (to !== 'ERRORED' && to !== 'BROKEN') {
      this.policy.leaves(from)
      this.#pauseMs = 0
    }
    this.#cameFrom = from
    this.#state = to
    this.#stopFault = undefined
    this.#task = undefined
    this.#tasks = tasksOf(to, from)
    this.#isToRetry = to === 'ERRORED' && this.#goals.length === 0
    this.#world.emit({ type: 'state', component: this.name, from, to, reason })
    this.#world.entered(this)
    return true
  }
}
