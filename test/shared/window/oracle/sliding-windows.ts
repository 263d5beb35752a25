import { type Arrived, aggregate, arrivalsOf, isGood, type KeyModel } from './model.ts'

export interface SlidingRules {
  readonly lengthUs: number
  readonly delayUs: number
  readonly latenessUs: number
  readonly when?: (value: Arrived['value']) => boolean
}

/**
 * For each trigger of time t the samples in (t - length, t + delay]. The end is in the window, so it is complete
 * once the watermark is beyond the end, and final once it is beyond the end and the lateness.
 */
export const slidingWindows =
  (rules: SlidingRules): KeyModel =>
  (key, steps) => {
    const { lengthUs, delayUs, latenessUs, when = () => true } = rules
    const before = (sample: Arrived) => steps[sample.step]?.beforeUs ?? -Infinity
    const isTakenAt = (sample: Arrived, triggerUs: number) =>
      before(sample) <= triggerUs + delayUs + latenessUs
    const samples = arrivalsOf(steps)
    const late = samples.filter((one) => before(one) >= one.timeUs + lengthUs + delayUs + latenessUs)
    const triggers = samples.filter((one) => isGood(one) && when(one.value) && isTakenAt(one, one.timeUs))
    const triggersUs = [...new Set(triggers.map(({ timeUs }) => timeUs))]
    const revisions = new Map<number, number>()
    return steps.map((step, index) => ({
      withdrawn: [],
      late: late.filter((sample) => sample.step === index).length,
      panes: triggersUs.flatMap((triggerUs) => {
        const [startUs, endUs] = [triggerUs - lengthUs, triggerUs + delayUs]
        const isOpened = triggers.some((one) => one.timeUs === triggerUs && one.step <= index)
        const known = samples.filter(
          (one) =>
            one.step <= index && startUs < one.timeUs && one.timeUs <= endUs && isTakenAt(one, triggerUs),
        )
        const isReached = step.beforeUs <= endUs && endUs < step.afterUs
        const isRevised = endUs < step.beforeUs && known.some((one) => one.step === index)
        if (!isOpened || !(isReached || isRevised)) return []
        const revision = (revisions.get(triggerUs) ?? -1) + 1
        revisions.set(triggerUs, revision)
        const isFinal = endUs + latenessUs < step.afterUs
        const timing = isReached ? ('ON_TIME' as const) : ('LATE' as const)
        return [{ key, startUs, endUs, revision, timing, isFinal, aggregates: aggregate(known) }]
      }),
    }))
  }
