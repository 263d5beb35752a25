import type { Recipe, Step, StepName } from '../recipe/recipe.ts'
import type { ComponentState, NucleusEvent } from '../status.ts'
import type { RestartPolicy } from './restart-policy.ts'
import type { ScriptEnd, ScriptProcess } from './script-process.ts'

export interface ManagedParts {
  readonly recipe: Recipe
  readonly steps: Readonly<Partial<Record<StepName, Step>>>
  readonly start: (step: StepName, definition: Step) => ScriptProcess
  readonly policy: RestartPolicy
  /** Resolves when every HARD dependency is usable, or the component is stopped first. */
  readonly dependencies: (signal: AbortSignal) => Promise<void>
  readonly emit: (event: NucleusEvent) => void
  readonly nowMs: () => number
}

/** SIGTERM first; what still runs after this is killed (Java and lite alike). */
const STOP_GRACE_MS = 5000

const USABLE: readonly ComponentState[] = ['RUNNING', 'FINISHED']

/** One component through its lifecycle: install, wait for dependencies, startup or run, and again after a failure. */
export class ManagedComponent {
  readonly recipe: Recipe
  restarts = 0
  readonly #parts: ManagedParts
  #state: ComponentState = 'NEW'
  #process: ScriptProcess | undefined
  #life = new AbortController()
  #living: Promise<void> = Promise.resolve()
  #isInstalled = false
  #runCount = 0
  #restartDelayMs = 0

  constructor(parts: ManagedParts) {
    this.recipe = parts.recipe
    this.#parts = parts
  }

  get state(): ComponentState {
    return this.#state
  }

  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** True while others may rely on this component. */
  get isUsable(): boolean {
    return USABLE.includes(this.#state)
  }

  /** Begins, or begins again; does nothing while it lives. */
  start(): void {
    const life = new AbortController()
    this.#life = life
    this.#living = this.#live(life.signal).catch((error: unknown) => {
      this.#enter('BROKEN', error instanceof Error ? error.message : String(error))
    })
  }

  /** Ends everything the component runs; resolves when nothing is left. */
  async stop(reason: string): Promise<void> {
    this.#life.abort()
    const process = this.#process
    if (process !== undefined) {
      this.#enter('STOPPING', reason)
      await this.#runStep('shutdown', this.#parts.steps.shutdown)
      await terminate(process)
    }
    await this.#living
  }

  /** Stops and starts again; no failure of the component. */
  async restart(reason: string): Promise<void> {
    await this.stop(reason)
    this.#parts.policy.reset()
    this.start()
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.#process?.signal(signal) ?? false
  }

  /** UpdateState. @returns false when the state does not allow it */
  report(state: 'RUNNING' | 'ERRORED'): boolean {
    if (state === 'RUNNING') {
      if (this.#state === 'STARTING') this.#enter('RUNNING', 'the component says so')
      return this.#state === 'RUNNING'
    }
    if (!['STARTING', 'RUNNING', 'STOPPING'].includes(this.#state)) return false
    this.#process?.signal('SIGKILL')
    return true
  }

  async #live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#isInstalled && !(await this.#install(signal))) {
        if (this.#state === 'BROKEN') return
        continue
      }
      await this.#parts.dependencies(signal)
      if (signal.aborted || (await this.#runOnce(signal))) return
    }
  }

  async #install(signal: AbortSignal): Promise<boolean> {
    const end = await this.#runStep('install', this.#parts.steps.install)
    if (signal.aborted) return false
    if (end === undefined || end.code === 0) {
      this.#isInstalled = true
      this.#enter('INSTALLED', 'installed')
      return true
    }
    await this.#recover(`install ${describeEnd(end)}`, 0, signal)
    return false
  }

  /** @returns true when the component has finished or is given up */
  async #runOnce(signal: AbortSignal): Promise<boolean> {
    const { startup, run } = this.#parts.steps
    const name = startup === undefined ? 'run' : 'startup'
    const step = startup ?? run
    if (step === undefined) {
      this.#enter('FINISHED', 'nothing to run')
      return true
    }
    this.#countStart()
    this.#enter('STARTING', `${name} begins`)
    const startedMs = this.#parts.nowMs()
    const ended = this.#runStep(name, step)
    if (name === 'run') this.#enter('RUNNING', 'run begins')
    const end = await ended
    if (signal.aborted) return true
    if (end?.code === 0 && name === 'startup') {
      this.#enter('RUNNING', 'startup ended with code 0')
      return true
    }
    if (end?.code === 0) {
      this.#enter('STOPPING', 'run ended with code 0')
      await this.#runStep('shutdown', this.#parts.steps.shutdown)
      this.#enter('FINISHED', 'run ended with code 0')
      return true
    }
    return this.#recover(`${name} ${describeEnd(end)}`, this.#parts.nowMs() - startedMs, signal)
  }

  /** @returns true when the component is given up */
  async #recover(reason: string, ranForMs: number, signal: AbortSignal): Promise<boolean> {
    this.#enter('ERRORED', reason)
    const delayMs = this.#parts.policy.afterFailure(this.#parts.nowMs(), ranForMs)
    if (delayMs === undefined) {
      this.#enter('BROKEN', `${reason}; too many failures within an hour`)
      return true
    }
    await this.#runStep('recover', this.#parts.steps.recover)
    this.#restartDelayMs = delayMs
    await pause(delayMs, signal)
    return false
  }

  #countStart(): void {
    this.#runCount++
    if (this.#runCount === 1) return
    this.restarts++
    const { name } = this.recipe
    this.#parts.emit({
      type: 'restart',
      component: name,
      restarts: this.restarts,
      delayMs: this.#restartDelayMs,
    })
    this.#restartDelayMs = 0
  }

  /** Runs a step to its end or its time limit; undefined when the recipe has none. */
  async #runStep(name: StepName, step: Step | undefined): Promise<ScriptEnd | undefined> {
    if (step === undefined) return undefined
    const process = this.#parts.start(name, step)
    const isMain = name !== 'shutdown'
    if (isMain) this.#process = process
    const limit =
      step.timeoutMs === null ? undefined : setTimeout(() => process.signal('SIGKILL'), step.timeoutMs)
    const end = await process.ended
    clearTimeout(limit)
    // Startup may leave processes in the background; of every other step nothing may be left.
    const staysUp = name === 'startup' && end.code === 0
    if (!staysUp) process.signal('SIGKILL')
    if (isMain && !staysUp) this.#process = undefined
    return end
  }

  #enter(to: ComponentState, reason: string): void {
    const from = this.#state
    if (from === to) return
    this.#state = to
    this.#parts.emit({ type: 'state', component: this.recipe.name, from, to, reason })
  }
}

/** How often a group whose leader is gone is looked at for what the leader left behind. */
const GROUP_POLL_MS = 20

/** SIGTERM to the whole group, SIGKILL for what is left after the grace. */
async function terminate(process: ScriptProcess): Promise<void> {
  const grace = AbortSignal.timeout(STOP_GRACE_MS)
  let isLeft = process.signal('SIGTERM')
  while (isLeft && !grace.aborted) {
    await pause(GROUP_POLL_MS, grace)
    isLeft = process.isLeft()
  }
  process.signal('SIGKILL')
  await process.ended
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, delayMs)
    signal.addEventListener('abort', done)
  })
}

function describeEnd(end: ScriptEnd | undefined): string {
  if (end === undefined) return 'ended'
  return end.signal === null ? `ended with code ${end.code}` : `ended with signal ${end.signal}`
}
