import * as z from 'zod'
import type { Cell } from '../checkpoint/cell.ts'
import type { AlarmChange } from './change.ts'
import type { AlarmCommand } from './command.ts'
import {
  type AlarmEntry,
  createEntry,
  isIdle,
  isShelved,
  readEntry,
  standingOf,
  writeEntry,
} from './entry.ts'
import { endAlarm, endShelf, expireShelf, takeCommand, takeReport } from './life.ts'
import { ALARMS_MAX } from './limits.ts'
import type { AlarmReport } from './report.ts'
import type { StandingAlarm } from './standing.ts'

/** Of the cell that keeps the number at which forgotten alarms go on; every other key is a JSON array. */
const FLOOR_KEY = 'floor'

/**
 * All alarms by (rule, key): a pure machine. Its changes are a function of the reports and commands of each alarm in
 * their order, whatever comes between them for others; only at the bound does one alarm know of another.
 */
export class AlarmBook {
  readonly #entries = new Map<string, AlarmEntry>()
  readonly #shelved = new Set<AlarmEntry>()
  readonly #alarmsMax: number
  #changed = new Set<AlarmEntry>()
  #removed: string[] = []
  /** No forgotten alarm has had a change of this number or above: an alarm that comes back goes on from here. */
  #floor = 0
  #isFloorNoted = false
  #raisedCount = 0
  #refusedCount = 0

  /** @throws ZodError when the cells are none of `takeCells` */
  constructor(cells: Iterable<Cell> = [], alarmsMax: number = ALARMS_MAX) {
    this.#alarmsMax = alarmsMax
    for (const { key, text } of cells) {
      if (text === undefined) continue
      if (key === FLOOR_KEY) this.#floor = z.number().parse(JSON.parse(text))
      else this.#restore(key, readEntry(text))
    }
  }

  #restore(key: string, entry: AlarmEntry): void {
    this.#entries.set(key, entry)
    if (isShelved(entry)) this.#shelved.add(entry)
    if (entry.isRaised) this.#raisedCount++
  }

  /** Takes what a rule says. An alarm that was never active costs nothing. */
  report(report: AlarmReport): AlarmChange[] {
    const entry = report.isActive ? this.#open(report) : this.#entries.get(keyOf(report))
    return entry === undefined ? [] : this.#change(entry, (out) => takeReport(entry, report, out))
  }

  /** An alarm may be shelved before it is ever raised, such as ahead of maintenance. */
  command(command: AlarmCommand): AlarmChange[] {
    const entry = command.kind === 'shelve' ? this.#open(command) : this.#entries.get(keyOf(command))
    return entry === undefined ? [] : this.#change(entry, (out) => takeCommand(entry, command, out))
  }

  /** Event time has come this far: shelvings that end by then end, the earliest first. */
  pass(nowUs: number): AlarmChange[] {
    if (this.#shelved.size === 0) return []
    return [...this.#shelved]
      .filter(({ shelvedUntilUs }) => shelvedUntilUs <= nowUs)
      .sort(byShelf)
      .flatMap((entry) => this.#change(entry, (out) => expireShelf(entry, nowUs, out)))
  }

  /** Clears the alarm of a rule that begins anew; a shelving stays. */
  restart(rule: string, key: string, timeUs: number): AlarmChange[] {
    const entry = this.get(rule, key)
    return entry === undefined ? [] : this.#change(entry, (out) => endAlarm(entry, timeUs, out))
  }

  /** Clears and forgets the alarm of a rule that is gone. */
  withdraw(rule: string, key: string, timeUs: number = Number.NEGATIVE_INFINITY): AlarmChange[] {
    const entry = this.get(rule, key)
    if (entry === undefined) return []
    const changes = this.#change(entry, (out) => {
      endAlarm(entry, timeUs, out)
      endShelf(entry, timeUs, out)
    })
    this.#forget(entry)
    return changes
  }

  get(rule: string, key: string): AlarmEntry | undefined {
    return this.#entries.get(keyOf({ rule, key }))
  }

  /** Alarms that anybody waits for, by rule and key. */
  standing(): StandingAlarm[] {
    return [...this.#entries.values()]
      .filter((entry) => !isIdle(entry))
      .sort(byKey)
      .map(standingOf)
  }

  counters() {
    return { raised: this.#raisedCount, shelved: this.#shelved.size, refused: this.#refusedCount }
  }

  /** What has changed since the last call: all cells ever given, in order, are the whole state. */
  takeCells(): Cell[] {
    const cells: Cell[] = this.#removed.map((key) => ({ key, text: undefined }))
    if (this.#isFloorNoted) cells.push({ key: FLOOR_KEY, text: JSON.stringify(this.#floor) })
    for (const entry of this.#changed) cells.push({ key: keyOf(entry), text: writeEntry(entry) })
    this.#changed = new Set()
    this.#removed = []
    this.#isFloorNoted = false
    return cells
  }

  #change(entry: AlarmEntry, act: (out: AlarmChange[]) => void): AlarmChange[] {
    const out: AlarmChange[] = []
    const wasRaised = entry.isRaised
    act(out)
    this.#raisedCount += Number(entry.isRaised) - Number(wasRaised)
    if (isShelved(entry)) this.#shelved.add(entry)
    else this.#shelved.delete(entry)
    this.#changed.add(entry)
    return out
  }

  #open({ rule, key }: { readonly rule: string; readonly key: string }): AlarmEntry | undefined {
    const id = keyOf({ rule, key })
    const known = this.#entries.get(id)
    if (known !== undefined) return known
    if (this.#entries.size >= this.#alarmsMax) this.#forgetIdle()
    if (this.#entries.size >= this.#alarmsMax) {
      this.#refusedCount++
      return undefined
    }
    const entry = createEntry(rule, key, this.#floor)
    this.#entries.set(id, entry)
    return entry
  }

  /** All at once: which one was idle the longest is no part of a checkpoint. */
  #forgetIdle(): void {
    for (const entry of this.#entries.values()) if (isIdle(entry)) this.#forget(entry)
  }

  #forget(entry: AlarmEntry): void {
    const key = keyOf(entry)
    this.#entries.delete(key)
    this.#shelved.delete(entry)
    this.#changed.delete(entry)
    this.#removed.push(key)
    if (entry.n > this.#floor) {
      this.#floor = entry.n
      this.#isFloorNoted = true
    }
  }
}

const keyOf = ({ rule, key }: { readonly rule: string; readonly key: string }): string =>
  JSON.stringify([rule, key])

const byKey = (left: AlarmEntry, right: AlarmEntry): number => {
  const [a, b] = [keyOf(left), keyOf(right)]
  return a < b ? -1 : a > b ? 1 : 0
}
const byShelf = (left: AlarmEntry, right: AlarmEntry): number =>
  left.shelvedUntilUs - right.shelvedUntilUs || byKey(left, right)
