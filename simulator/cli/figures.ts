/** Figures for people. */

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `812 B`, `3.2 MB`: three digits are enough to compare, in steps of 1,000. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 1000 && step < STEPS.length - 1) {
    value /= 1000
    step++
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${STEPS[step]}`
}

/** `22,695`. */
export const formatCount = (count: number): string => Math.round(count).toLocaleString('en-US')

/** `1 alarm`, `2 alarms`, `0 summaries`. */
export function formatCounted(
  count: number,
  word: string,
  many = word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`,
): string {
  return `${formatCount(count)} ${count === 1 ? word : many}`
}

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 365 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
]

/** `3.4 h`: the largest unit that fits. */
export function formatMs(ms: number): string {
  const [unit, size] = UNITS.find(([, sizeMs]) => ms >= sizeMs) ?? ['ms', 1]
  return `${unit === 'ms' || ms / size >= 10 ? Math.round(ms / size) : (ms / size).toFixed(1)} ${unit}`
}
