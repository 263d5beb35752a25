import type { OracleSample, OracleStep } from './model.ts'

/** One line of a stream: what arrives, or what moves the watermark. */
export type OracleLine =
  | { readonly sample: OracleSample; readonly producer: string }
  | { readonly completeBeforeUs: number; readonly producer: string }
  | { readonly nowUs: number }
  | { readonly end: true }

export interface WatermarkRules {
  readonly producers: readonly string[]
  /** Undefined: only lines set the watermark. */
  readonly estimate?: { readonly outOfOrdernessUs: number; readonly idleAfterUs?: number }
}

/** Samples further ahead of the clock are not believed. */
export const LEAD_US = 300_000_000

/**
 * The steps of a stream: each with its samples and the watermark before and after. With an estimate each line is a
 * step; without, neighbouring samples are one, and the lines that move the watermark are steps without samples.
 */
export function stepsOf(
  lines: readonly OracleLine[],
  rules: WatermarkRules,
): { steps: OracleStep[]; quarantined: number } {
  const isBelieved = lines.map((line, index) => !isTooFarAhead(line, lines.slice(0, index)))
  const believed = lines.filter((_, index) => isBelieved[index])
  const watermarksUs = lines.map((_, index) =>
    watermarkAfter(
      lines.slice(0, index + 1).filter((_, place) => isBelieved[place]),
      rules,
    ),
  )
  const steps = lines.map((line, index): OracleStep => {
    const samples = 'sample' in line && isBelieved[index] ? [line.sample] : []
    const beforeUs = Math.max(-Infinity, ...watermarksUs.slice(0, index))
    return { samples, beforeUs, afterUs: Math.max(beforeUs, watermarksUs[index] ?? -Infinity) }
  })
  const quarantined = lines.length - believed.length
  return { steps: rules.estimate === undefined ? batched(steps) : steps, quarantined }
}

/** Neighbouring steps with samples as one; here samples move no watermark. */
function batched(steps: readonly OracleStep[]): OracleStep[] {
  const batches: OracleStep[] = []
  for (const step of steps) {
    const last = batches.at(-1)
    if (last === undefined || last.samples.length === 0 || step.samples.length === 0) batches.push(step)
    else batches.splice(-1, 1, { ...last, samples: [...last.samples, ...step.samples] })
  }
  return batches
}

const clocksOf = (lines: readonly OracleLine[]) =>
  lines.flatMap((line) => ('nowUs' in line ? [line.nowUs] : []))

function isTooFarAhead(line: OracleLine, before: readonly OracleLine[]): boolean {
  const nowUs = clocksOf(before).at(-1)
  return 'sample' in line && nowUs !== undefined && line.sample.timeUs > nowUs + LEAD_US
}

/** How far all producers are complete, from everything that has come so far. */
function watermarkAfter(lines: readonly OracleLine[], { producers, estimate }: WatermarkRules): number {
  if (lines.some((line) => 'end' in line)) return Infinity
  if (estimate === undefined) return Math.min(...producers.map((producer) => saidBy(producer, lines)))
  const heard = producers.map((producer) => listenTo(producer, lines))
  const { outOfOrdernessUs, idleAfterUs = Infinity } = estimate
  const active = heard.filter(({ silentUs }) => silentUs <= idleAfterUs)
  if (active.length > 0) return Math.min(...active.map(({ newestUs }) => newestUs - outOfOrdernessUs))
  const spoken = heard.filter(({ newestUs }) => newestUs > -Infinity)
  const paused = spoken.map(({ newestUs, silentUs }) => newestUs + silentUs - outOfOrdernessUs)
  return spoken.length === 0 ? -Infinity : Math.min(...paused)
}

function saidBy(producer: string, lines: readonly OracleLine[]): number {
  const said = lines.filter((line) => 'completeBeforeUs' in line && line.producer === producer)
  return Math.max(
    -Infinity,
    ...said.map((line) => ('completeBeforeUs' in line ? line.completeBeforeUs : -Infinity)),
  )
}

/** The newest time of a producer, and for how long it has been silent on the scheduler's clock. */
function listenTo(producer: string, lines: readonly OracleLine[]): { newestUs: number; silentUs: number } {
  const isOwn = (line: OracleLine) => 'sample' in line && line.producer === producer
  const own = lines.filter(isOwn)
  const newestUs = Math.max(
    -Infinity,
    ...own.map((line) => ('sample' in line ? line.sample.timeUs : -Infinity)),
  )
  const clocks = clocksOf(lines)
  const heardAtUs = clocksOf(lines.slice(0, lines.findLastIndex(isOwn) + 1)).at(-1) ?? clocks[0]
  const nowUs = clocks.at(-1)
  return { newestUs, silentUs: nowUs === undefined || heardAtUs === undefined ? 0 : nowUs - heardAtUs }
}
