import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

type LogLevel = 'INFO' | 'WARN' | 'ERROR'

/**
 * One log file of the core, `NAME.log`, as the Java nucleus keeps it: put aside as `NAME_yyyy_MM_dd_HH_N.log` when its
 * hour is over or it is full. The hour in the name is that of what stands in it, in UTC as its lines are.
 */
export interface RotatingLog {
  write(level: LogLevel, source: string, text: string): void
  close(): void
}

/** Defaults of the nucleus's logging configuration: 1,024 KB a file, 10,240 KB in all that was put aside. */
const FILE_BYTES_MAX = 1024 * 1024
const TOTAL_BYTES_MAX = 10 * 1024 * 1024
const HOUR_MS = 3_600_000

export function openLog(directory: string, name: string, nowMs: () => number = Date.now): RotatingLog {
  const path = join(directory, `${name}.log`)
  mkdirSync(directory, { recursive: true })
  let file = openSync(path, 'a')
  let { size: sizeBytes, mtimeMs } = statSync(path)
  // What a killed nucleus has left may be of an earlier hour.
  let hour = hourOf(sizeBytes === 0 ? nowMs() : mtimeMs)
  const rotate = (): void => {
    closeSync(file)
    renameSync(path, join(directory, rotatedName(directory, name, hour)))
    removeOldest(directory, name)
    file = openSync(path, 'a')
    sizeBytes = 0
  }
  return {
    write: (level, source, text) => {
      const timeMs = nowMs()
      const line = formatLogLine({ time: new Date(timeMs).toISOString(), level, source, text })
      const isHourOver = hourOf(timeMs) > hour
      if (sizeBytes > FILE_BYTES_MAX || (isHourOver && sizeBytes > 0)) rotate()
      if (isHourOver) hour = hourOf(timeMs)
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

/** Hours since 1970. */
const hourOf = (timeMs: number): number => Math.floor(timeMs / HOUR_MS)

/** `NAME_yyyy_MM_dd_HH_N.log`. */
function rotatedName(directory: string, name: string, hour: number): string {
  const stamp = new Date(hour * HOUR_MS).toISOString().slice(0, 13).replace(/[-T]/g, '_')
  const prefix = `${name}_${stamp}_`
  const numbers = readdirSync(directory)
    .filter((file) => file.startsWith(prefix))
    .map((file) => Number.parseInt(file.slice(prefix.length), 10))
  return `${prefix}${Math.max(-1, ...numbers) + 1}.log`
}

/** Exactly: another component's name may begin with this one's. */
const ROTATED = /^_\d{4}_\d{2}_\d{2}_\d{2}_\d+\.log$/

function removeOldest(directory: string, name: string): void {
  const newestFirst = readdirSync(directory)
    .filter((file) => file.startsWith(`${name}_`) && ROTATED.test(file.slice(name.length)))
    .sort((left, right) => right.localeCompare(left, 'en', { numeric: true }))
  let totalBytes = 0
  for (const file of newestFirst) {
    totalBytes += statSync(join(directory, file)).size
    if (totalBytes > TOTAL_BYTES_MAX) rmSync(join(directory, file), { force: true })
  }
}
