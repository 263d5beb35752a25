import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createRandom } from '../../virtual/random.ts'
import { Observation, stackOf } from './observe.ts'
import { type StackName, writePackages } from './packages.ts'

export interface NucleusCrashOptions {
  readonly kills: number
  readonly seed: number
  /** The bundled `worker.ts`. */
  readonly worker: string
  readonly tell: (line: string) => void
}

export interface NucleusCrashReport {
  readonly seed: number
  readonly kills: number
  /** By the stage of a deployment that was under way; `at rest` between two of them. */
  readonly killedAt: Readonly<Record<string, number>>
  /** Deployments that ended, by what became of them. */
  readonly ended: Readonly<Record<string, number>>
  readonly violations: readonly string[]
}

/** Half of the kills find the core standing still at a stage; a deployment has about fourteen. */
const FREEZE_SHARE = 0.5
const FREEZE_STAGE_MAX = 40
/** The others come at any moment of so long. */
const LIFE_MS_MAX = 3000
/** A core that has not come to rest by then never will. */
const REST_MS_MAX = 60_000

/**
 * Kills a nucleus again and again while it deploys, and holds what the next one comes to rest with against the stacks
 * that were deployed: one of them whole, and none that nobody asked for.
 */
export async function runNucleusCrashes(options: NucleusCrashOptions): Promise<NucleusCrashReport> {
  const { kills, seed, worker, tell } = options
  const folder = mkdtempSync(join(tmpdir(), 'genba-crash-'))
  const recipes = join(folder, 'recipes')
  const random = createRandom(seed).fork('crash')
  const killedAt: Record<string, number> = {}
  const ended: Record<string, number> = {}
  const violations: string[] = []
  let possible: ReadonlySet<StackName> = new Set(['none'])
  writePackages(recipes)
  try {
    for (let kill = 0; kill <= kills && violations.length === 0; kill += 1) {
      const isFrozen = random.chance(FREEZE_SHARE)
      const freezeAt = isFrozen ? random.integer(1, FREEZE_STAGE_MAX) : 0
      const life = new Life(possible, ended, (what) => violations.push(`life ${kill}: ${what}`))
      const args = [worker, join(folder, 'core'), recipes, String(kill), String(seed), String(freezeAt)]
      const isLast = kill === kills
      const at = await life.live(args, isLast ? 'rest' : isFrozen ? 'frozen' : random.integer(0, LIFE_MS_MAX))
      possible = life.possible
      if (!isLast) killedAt[at] = (killedAt[at] ?? 0) + 1
      if (kill % 10 === 9) tell(`${kill + 1} kills`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const count = Object.values(killedAt).reduce((sum, times) => sum + times, 0)
  return { seed, kills: count, killedAt, ended, violations }
}

/** One life of a nucleus, from its start to the kill. */
class Life {
  /** What the core may be found with: that before the deployment under way, or that after it. */
  possible: ReadonlySet<StackName>
  readonly #ended: Record<string, number>
  readonly #violate: (what: string) => void
  #stage = 'at rest'
  #before: ReadonlySet<StackName>

  constructor(
    possible: ReadonlySet<StackName>,
    ended: Record<string, number>,
    violate: (what: string) => void,
  ) {
    this.possible = possible
    this.#before = possible
    this.#ended = ended
    this.#violate = violate
  }

  /** @returns the stage at which it was killed */
  async live(args: readonly string[], until: 'rest' | 'frozen' | number): Promise<string> {
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const kill = (): void => void child.kill('SIGKILL')
    const tooLong = setTimeout(() => {
      this.#violate(`does not come to rest (${this.#stage})`)
      kill()
    }, REST_MS_MAX)
    let errors = ''
    child.stderr?.on('data', (text: Buffer) => {
      errors += text.toString()
    })
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#hear(line)
        const word = line.split(' ')[0]
        if (word === until) kill()
        if (word === 'ready' && typeof until === 'number') setTimeout(kill, until)
      })
    }
    await once(child, 'close')
    clearTimeout(tooLong)
    if (child.signalCode !== 'SIGKILL') this.#violate(`ended by itself: ${errors || child.exitCode}`)
    return this.#stage
  }

  #hear(line: string): void {
    const [word = '', what = '', status = ''] = line.split(' ')
    if (word === 'stage') this.#stage = what
    if (word === 'begin') {
      this.#before = this.possible
      if (what !== 'broken') this.possible = new Set([...this.possible, what as StackName])
    }
    if (word === 'end') {
      this.#ended[`${what} ${status}`] = (this.#ended[`${what} ${status}`] ?? 0) + 1
      const isWanted = status === (what === 'broken' ? 'FAILED' : 'SUCCEEDED')
      if (!isWanted) this.#violate(`the deployment of ${what} ended ${status}`)
      this.possible = what === 'broken' ? this.#before : new Set([what as StackName])
    }
    if (word === 'rest') this.#rest(line.slice('rest '.length))
  }

  #rest(text: string): void {
    this.#stage = 'at rest'
    const found = Observation.parse(JSON.parse(text))
    const stack = stackOf(found)
    if (stack === undefined) this.#violate(`is in between: ${text}`)
    else if (!this.possible.has(stack))
      this.#violate(`has ${stack}, and not ${[...this.possible].join(' or ')}`)
    else this.possible = new Set([stack])
  }
}
