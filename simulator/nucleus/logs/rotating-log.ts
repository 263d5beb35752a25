import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

type LogLevel = 'INFO' | 'WARN' | 'ERROR'

/** One log file of the core, `NAME.log`, as the Java nucleus keeps it. */
export interface RotatingLog {
  write(level: LogLevel, source: string, text: string): void
  close(): void
}

/** Defaults of the nucleus's logging configuration: 1,024 KB a file, 10,240 KB in all. */
const FILE_BYTES_MAX = 1024 * 1024
const TOTAL_BYTES_MAX = 10 * 1024 * 1024

export function openLog(directory: string, name: string, nowMs: () => number = Date.now): RotatingLog {
  const path = join(directory, `${name}.log`)
  mkdirSync(directory, { recursive: true })
  let file = openSync(path, 'a')
  let sizeBytes = statSync(path).size
  const rotate = (): void => {
    closeSync(file)
    renameSync(path, join(directory, rotatedName(directory, name, nowMs())))
    removeOldest(directory, name)
    file = openSync(path, 'a')
    sizeBytes = 0
  }
  return {
    write: (level, source, text) => {
      const line = formatLogLine({ time: new Date(nowMs()).toISOString(), level, source, text })
      if (sizeBytes > FILE_BYTES_MAX) rotate()
      // Synchronous: a line is short, and what a component said before its death must be there.
      sizeBytes += writeSync(file, `${line}\n`)
    },
    close: () => closeSync(file),
  }
}

export interface LogLine {
  /** ISO 8601. */
  readonly time: string
  readonly level: LogLevel
  /** `stdout` and `stderr` of a component, or the part of the nucleus that speaks. */
  readonly source: string
  readonly text: string
}

const formatLogLine = ({ time, level, source, text }: LogLine): string =>
  `${time} [${level}] ${source}: ${text}`

const LOG_LINE = /^(\S+) \[(INFO|WARN|ERROR)\] ([^:]+): (.*)$/s

/** Reads what `write` wrote; undefined for anything else. */
export function parseLogLine(line: string): LogLine | undefined {
  const [, time, level, source, text] = LOG_LINE.exec(line) ?? []
  if (time === undefined || source === undefined || text === undefined) return undefined
  if (level !== 'INFO' && level !== 'WARN' && level !== 'ERROR') return undefined
  return { time, level, source, text }
}

/** `NAME_yyyy_MM_dd_HH_N.log`. */
function rotatedName(directory: string, name: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().slice(0, 13).replace(/[-T]/g, '_')
  const prefix = `${name}_${stamp}_`
  const numbers = readdirSync(directory)
    .filter((file) => file.startsWith(prefix))
    .map((file) => Number.parseInt(file.slice(prefix.length), 10))
  return `${prefix}${Math.max(-1, ...numbers) + 1}.log`
}

function removeOldest(directory: string, name: string): void {
  const newestFirst = readdirSync(directory)
    .filter((file) => file.startsWith(`${name}_`) && file.endsWith('.log'))
    .sort((left, right) => right.localeCompare(left, 'en', { numeric: true }))
  let totalBytes = 0
  for (const file of newestFirst) {
    totalBytes += statSync(join(directory, file)).size
    if (totalBytes > TOTAL_BYTES_MAX) rmSync(join(directory, file), { force: true })
  }
}
