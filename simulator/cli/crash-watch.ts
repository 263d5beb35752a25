import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { NucleusEvent } from '../nucleus/status.ts'

/** Failures in a row, with no sign of life between them, after which waiting is in vain: some five seconds. */
const FAILURES_MAX = 5
const TAIL_BYTES = 16 * 1024
const TAIL_LINES = 8

/** Finds components that end again and again before they work. Kills from outside do not count. */
export class CrashWatch {
  readonly #failures = new Map<string, number>()

  /** @returns the component that is past hope, if this event makes one so */
  note(event: NucleusEvent): string | undefined {
    if (event.type !== 'state' || event.to !== 'ERRORED' || event.reason.includes('SIGKILL')) return undefined
    const failures = (this.#failures.get(event.component) ?? 0) + 1
    this.#failures.set(event.component, failures)
    return failures === FAILURES_MAX ? event.component : undefined
  }

  noteAlive(component: string): void {
    this.#failures.delete(component)
  }
}

/** The last lines of a component's log. */
export function logTail(logs: string, component: string): readonly string[] {
  const path = join(logs, `${component}.log`)
  if (!existsSync(path)) return []
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES)
  } finally {
    closeSync(file)
  }
}
