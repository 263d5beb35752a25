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

interface Producer {
  saidUs: number
  newestUs: number
  /** On the scheduler's clock; undefined before its first line. */
  heardAtUs: number | undefined
}

/**
 * The steps of a stream: each with its samples and the watermark before and after. With an estimate each sample is
 * a step; without, neighbouring samples are one, and the lines that move the watermark are steps without samples.
 */
export function stepsOf(
  lines: readonly OracleLine[],
  { producers: names, estimate }: WatermarkRules,
): { steps: OracleStep[]; quarantined: number } {
  const producers = new Map<string, Producer>(
    names.map((name) => [name, { saidUs: -Infinity, newestUs: -Infinity, heardAtUs: undefined }]),
  )
  const steps: OracleStep[] = []
  let quarantined = 0
  let nowUs: number | undefined
  let firstClockUs: number | undefined
  let watermarkUs = -Infinity
  let batch: OracleSample[] = []
  const flush = () => {
    if (batch.length > 0) steps.push({ samples: batch, beforeUs: watermarkUs, afterUs: watermarkUs })
    batch = []
  }
  const advance = (samples: readonly OracleSample[], toUs: number) => {
    const beforeUs = watermarkUs
    watermarkUs = Math.max(watermarkUs, toUs)
    steps.push({ samples, beforeUs, afterUs: watermarkUs })
  }
  const minimum = () =>
    estimate === undefined
      ? Math.min(...[...producers.values()].map(({ saidUs }) => saidUs))
      : estimated([...producers.values()], estimate, nowUs, firstClockUs)
  for (const line of lines) {
    if ('sample' in line) {
      const { sample, producer } = line
      if (nowUs !== undefined && sample.timeUs > nowUs + LEAD_US) {
        quarantined++
        continue
      }
      if (estimate === undefined) {
        batch.push(sample)
        continue
      }
      const from = producers.get(producer)
      if (from !== undefined) {
        from.newestUs = Math.max(from.newestUs, sample.timeUs)
        from.heardAtUs = nowUs
      }
      advance([sample], minimum())
      continue
    }
    flush()
    if ('nowUs' in line) {
      nowUs = line.nowUs
      firstClockUs ??= nowUs
      if (estimate !== undefined) advance([], minimum())
    } else if ('end' in line) advance([], Infinity)
    else {
      const from = producers.get(line.producer)
      if (from !== undefined) from.saidUs = Math.max(from.saidUs, line.completeBeforeUs)
      advance([], minimum())
    }
  }
  flush()
  return { steps, quarantined }
}

/** The minimum over the producers that are not idle; if all are, the newest event and the time that has gone by since. */
function estimated(
  producers: readonly Producer[],
  { outOfOrdernessUs, idleAfterUs = Infinity }: { outOfOrdernessUs: number; idleAfterUs?: number },
  nowUs: number | undefined,
  firstClockUs: number | undefined,
): number {
  const silentUs = ({ heardAtUs = firstClockUs }: Producer) =>
    nowUs === undefined || heardAtUs === undefined ? 0 : nowUs - heardAtUs
  const active = producers.filter((one) => silentUs(one) <= idleAfterUs)
  if (active.length > 0) return Math.min(...active.map(({ newestUs }) => newestUs - outOfOrdernessUs))
  return Math.max(...producers.map((one) => one.newestUs + silentUs(one) - outOfOrdernessUs))
}
