import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const COMMAND = resolve('recipes/build/genba.mjs')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface GenbaProcess {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  output(): string
}

/** Starts the `genba` command as a user would, with captured output. */
export function startGenba(args: readonly string[], env: NodeJS.ProcessEnv = {}): GenbaProcess {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk
  })
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }))
  return { child, finished, output: () => text.stdout }
}

export const runGenba = (args: readonly string[]): Promise<Finished> => startGenba(args).finished

/** Waits until `probe` gives a value; fails with `what` when `withinMs` has passed. */
export async function eventually<Value>(
  what: string,
  withinMs: number,
  probe: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`)
    await pause(50)
  }
}

export interface StatusReport {
  readonly components: readonly {
    name: string
    version: string
    state: string
    pid: number | null
    restarts: number
    rssBytes: number | null
  }[]
  readonly samplesPerSecond: number
  readonly backlog: readonly {
    component: string
    name: string
    depth: number
    bytes: number
    ageMs: number
    limitBytes: number
  }[]
  readonly alarms: unknown
  readonly link: unknown
}

/** The gateway's status, or undefined while it does not answer yet. */
export async function readStatus(state: string): Promise<StatusReport | undefined> {
  const { code, stdout } = await runGenba(['status', '--state', state, '--json'])
  return code === 0 ? (JSON.parse(stdout) as StatusReport) : undefined
}

/** Processes whose command line or working directory lies below a folder: what a clean stop must not leave. */
export function processesUnder(folder: string): string[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(folder) ? [`${pid} ${command}`] : []
      } catch {
        return [] // it ended between the listing and the reading
      }
    })
}
