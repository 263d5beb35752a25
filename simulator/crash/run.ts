import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createRandom } from '../virtual/random.ts'
import { checkStores } from './check.ts'

export interface CrashOptions {
  readonly kills: number
  readonly seed: number
  /** The bundled `worker.ts`. */
  readonly worker: string
  /** Stores are held against what was acknowledged after so many kills, and at the end. */
  readonly checkEvery: number
  readonly tell: (line: string) => void
}

export interface CrashReport {
  readonly seed: number
  readonly kills: number
  /** By what was under way beside appends; `opening` is before the first. */
  readonly killedDuring: Readonly<Record<string, number>>
  readonly acknowledgedFrames: number
  readonly storedFrames: number
  readonly samples: number
  readonly checks: number
  /** Checks that found a complete backup, and those that found one that said it is not. */
  readonly backups: { readonly complete: number; readonly incomplete: number }
  readonly violations: readonly string[]
}

/** Moments of a kill after the process works, in milliseconds; one in eight is killed while it opens. */
const WORKING_MS = { least: 1, most: 500 }
const OPENING_MS = { least: 60, most: 400 }
const OPENING_SHARE = 1 / 8
/** One in ten lives long enough that a backup may be completed. */
const LONG_MS = { least: 1000, most: 4000 }
const LONG_SHARE = 1 / 10

export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, checkEvery, tell } = options
  const folder = mkdtempSync(join(tmpdir(), 'genba-crash-'))
  const directories = { store: join(folder, 'store'), backup: join(folder, 'backup') }
  const random = createRandom(seed).fork('crash')
  const acknowledged = new Map<number, number>()
  const killedDuring: Record<string, number> = {}
  const backups = { complete: 0, incomplete: 0 }
  const violations: string[] = []
  let last = { frames: 0, samples: 0 }
  let checks = 0
  try {
    for (let kill = 1; kill <= kills && violations.length === 0; kill += 1) {
      const isOpening = random.chance(OPENING_SHARE)
      const isLong = !isOpening && random.chance(LONG_SHARE)
      const { least, most } = isOpening ? OPENING_MS : isLong ? LONG_MS : WORKING_MS
      const args = [options.worker, directories.store, directories.backup, String(kill), String(seed)]
      const life = await liveAndDie(args, isOpening, random.integer(least, most))
      if (life.failure !== '') violations.push(`kill ${kill}: the process ended by itself: ${life.failure}`)
      acknowledged.set(kill, life.acknowledged)
      killedDuring[life.during] = (killedDuring[life.during] ?? 0) + 1
      if (kill % checkEvery !== 0 && kill !== kills) continue
      const found = await checkStores(directories, acknowledged)
      checks += 1
      last = found
      backups[found.isBackupComplete ? 'complete' : 'incomplete'] += 1
      violations.push(...found.violations.map((violation) => `kill ${kill}: ${violation}`))
      tell(`${kill} kills, ${found.frames} frames, ${found.samples} samples`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const acknowledgedFrames = [...acknowledged.values()].reduce((sum, count) => sum + count, 0)
  const { frames: storedFrames, samples } = last
  return {
    seed,
    kills: acknowledged.size,
    killedDuring,
    acknowledgedFrames,
    storedFrames,
    samples,
    checks,
    backups,
    violations,
  }
}

interface Life {
  /** Frames that it said are durable. */
  acknowledged: number
  during: string
  /** What it had to say when it ended by itself. */
  failure: string
}

async function liveAndDie(args: readonly string[], isOpening: boolean, afterMs: number): Promise<Life> {
  const life: Life = { acknowledged: 0, during: 'opening', failure: '' }
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => setTimeout(() => child.kill('SIGKILL'), afterMs)
  let errors = ''
  child.stderr?.on('data', (text: Buffer) => {
    errors += text.toString()
  })
  if (isOpening) kill()
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word = '', what = ''] = line.split(' ')
      if (word === 'ready' && !isOpening) kill()
      if (word === 'acknowledged') life.acknowledged = Number(what)
      else life.during = word === 'begin' ? what : 'appends alone'
    })
  }
  await once(child, 'close')
  if (child.signalCode !== 'SIGKILL') life.failure = errors || `exit code ${child.exitCode}`
  return life
}
