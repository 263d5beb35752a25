import type { StepName } from '../../recipe/recipe.ts'
import type { StepEnd } from '../machine/events.ts'
import type { ScriptProcess } from './script-process.ts'

/** What the processes of a component tell. */
export interface ProcessListener {
  ended(process: number, end: StepEnd): void
  overran(process: number): void
  /** Nothing is left. */
  cleared(): void
}

interface Running {
  readonly step: StepName
  readonly script: ScriptProcess
  readonly limit: NodeJS.Timeout | undefined
}

/** SIGTERM first; what still runs after this is killed (Java and lite alike). */
const STOP_GRACE_MS = 5000
/** How often a group whose leader is gone is looked at for what the leader left behind. */
const GROUP_POLL_MS = 20
/** Node.js's timers cannot be longer, and nobody waits for 24 days. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The scripts of one component that run, and what startup scripts have left in the background. */
export class ComponentProcesses {
  readonly #listener: ProcessListener
  readonly #running = new Map<number, Running>()
  #background: ScriptProcess[] = []

  constructor(listener: ProcessListener) {
    this.#listener = listener
  }

  /** Leader of the group that stands for the component; shutdown scripts only see it off. */
  get pid(): number | null {
    // What stands in for a script has no process, and 0 for its id.
    return this.#shown?.pid || null
  }

  /** @throws whatever `begin` throws */
  start(process: number, step: StepName, limitMs: number | null, begin: () => ScriptProcess): void {
    const script = begin()
    const limit =
      limitMs === null || limitMs > TIMER_MS_MAX
        ? undefined
        : setTimeout(() => this.#listener.overran(process), limitMs)
    this.#running.set(process, { step, script, limit })
    void script.ended.then((end) => {
      clearTimeout(limit)
      this.#running.delete(process)
      // Startup may leave processes in the background; of every other step nothing may be left.
      if (step === 'startup' && end.code === 0) this.#background.push(script)
      else script.signal('SIGKILL')
      this.#listener.ended(process, end)
    })
  }

  kill(process: number): void {
    this.#running.get(process)?.script.signal('SIGKILL')
  }

  /** SIGTERM to all groups, SIGKILL for what is left after the grace; answered by `cleared`. */
  async terminate(): Promise<void> {
    const scripts = this.#all
    for (const script of scripts) script.signal('SIGTERM')
    // One that is paused hears of it when it goes on.
    for (const script of scripts) script.signal('SIGCONT')
    const grace = AbortSignal.timeout(STOP_GRACE_MS)
    while (scripts.some((script) => script.isLeft()) && !grace.aborted) await shortly()
    for (const script of scripts) script.signal('SIGKILL')
    await Promise.all(scripts.map((script) => script.ended))
    this.#background = this.#background.filter((script) => !scripts.includes(script))
    this.#listener.cleared()
  }

  /** @returns false when nothing runs */
  signal(signal: NodeJS.Signals): boolean {
    return this.#shown?.signal(signal) ?? false
  }

  /** @returns false when nothing runs */
  signalAll(signal: NodeJS.Signals): boolean {
    return this.#all.map((script) => script.signal(signal)).includes(true)
  }

  get #all(): ScriptProcess[] {
    return [...this.#background, ...[...this.#running.values()].map(({ script }) => script)]
  }

  get #shown(): ScriptProcess | undefined {
    const running = [...this.#running.values()].filter(({ step }) => step !== 'shutdown')
    const main = running.find(({ step }) => step === 'startup' || step === 'run')
    return (main ?? running[0])?.script ?? this.#background.at(-1)
  }
}

const shortly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, GROUP_POLL_MS))
