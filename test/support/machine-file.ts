/** A small seeded generator (mulberry32), enough for test data that must be the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface MachineRow {
  readonly timeUs: number
  readonly timeText: string
  readonly value: number
}

/**
 * Rows with the traits of real machine files: one every five minutes, values with many digits and some float dust,
 * and one hour that comes twice, so that twelve time stamps have two different values each. It is an hour of the clock:
 * of an hour window that has closed in between, how many samples are late depends on where frames end.
 */
export function machineRows(seed: number, count: number): MachineRow[] {
  const random = seededRandom(seed)
  const startMs = Date.UTC(2024, 0, 1)
  const repeatFrom = 12 * Math.floor(count / 36)
  let level = 80
  return Array.from({ length: count }, (_, index) => {
    const step = index < repeatFrom ? index : index - 12
    const timeMs = startMs + step * 300_000
    level += (random() - 0.5) * 2
    const rounded = Math.round(level * 1e8) / 1e8
    const value = random() < 0.05 ? rounded + 2e-14 : rounded
    return {
      timeUs: timeMs * 1000,
      timeText: new Date(timeMs).toISOString().slice(0, 19).replace('T', ' '),
      value,
    }
  })
}

export const machineCsv = (rows: readonly MachineRow[]): string =>
  ['timestamp,value', ...rows.map((row) => `${row.timeText},${row.value}`)].join('\n').concat('\n')
