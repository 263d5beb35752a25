import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { StepName } from '../../recipe/recipe.ts'
import type { SystemUser } from './system-user.ts'

/** How a script ended: by its exit code or by a signal. */
export interface ScriptEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** One shell script of a recipe, with everything it starts in one process group. */
export interface ScriptProcess {
  readonly pid: number
  readonly ended: Promise<ScriptEnd>
  /** Reaches every process of the group. @returns false when none is left */
  signal(signal: NodeJS.Signals): boolean
  /** True while any process of the group lives. */
  isLeft(): boolean
}

export interface ScriptOptions {
  readonly script: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Whom it runs as; as we do when left out. */
  readonly user?: SystemUser | undefined
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void
}

/** Which step of which component a script is. */
export interface ScriptOrigin {
  readonly component: string
  readonly version: string
  readonly step: StepName
}

/** What runs the scripts of a core: `startScript`, or what stands in for it. */
export type StartScript = (options: ScriptOptions, origin: ScriptOrigin) => ScriptProcess

/** A longer line is cut: a component that prints without line ends must not fill the nucleus's memory. */
const LINE_CHARACTERS_MAX = 64 * 1024

export function startScript({ script, cwd, env, user, onLine }: ScriptOptions): ScriptProcess {
  const child = spawn('/bin/sh', ['-c', script], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  readLines(child.stdout, (line) => onLine('stdout', line))
  readLines(child.stderr, (line) => onLine('stderr', line))
  const pid = child.pid ?? 0
  return {
    pid,
    ended: waitForEnd(child),
    signal: (signal) => pid > 0 && signalGroup(pid, signal),
    isLeft: () => pid > 0 && signalGroup(pid, 0),
  }
}

function waitForEnd(child: ChildProcess): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    // The shell itself could not be started, for want of processes or of the work folder.
    child.once('error', () => resolve({ code: 127, signal: null }))
  })
}

/** A group outlives its leader: what a killed script has left behind is reached all the same. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leaderPid, signal)
    return true
  } catch {
    return false
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
    if (rest.length > LINE_CHARACTERS_MAX) {
      onLine(rest)
      rest = ''
    }
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
