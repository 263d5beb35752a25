import { array, check, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFER_MS_MAX, DEFER_RECHECK_MS, UpdateDeferral } from '../../../shared/component/update-deferral.ts'

describe('the deferral of an update', () => {
  it('lets an update begin at once while nothing is said, or nobody is busy', () => {
    const deferral = new UpdateDeferral(() => 0)
    expect(deferral.answer('one')).toEqual({ recheckAfterMs: 0, reason: undefined })
    deferral.busy(() => undefined)
    expect(deferral.answer('one')).toEqual({ recheckAfterMs: 0, reason: undefined })
  })

  it('tells who is busy how long the update has waited, anew for each deployment', () => {
    let nowMs = 1000
    const waited: number[] = []
    const deferral = new UpdateDeferral(() => nowMs)
    deferral.busy((waitedMs) => {
      waited.push(waitedMs)
      return 'a backup is being made'
    })
    expect(deferral.answer('one')).toEqual({
      recheckAfterMs: DEFER_RECHECK_MS,
      reason: 'a backup is being made',
    })
    nowMs = 1700
    deferral.answer('one')
    nowMs = 9000
    deferral.answer('two')
    expect(waited).toEqual([0, 700, 0])
  })

  it('never delays one deployment beyond the bound, however long somebody is busy', () => {
    const answers = record({ stepMs: integer({ min: 0, max: 20_000 }), isBusy: constantFrom(true, false) })
    const result = check(
      property(array(answers, { maxLength: 200 }), (steps) => {
        let nowMs = 0
        let isBusy = false
        const deferral = new UpdateDeferral(() => nowMs)
        deferral.busy(() => (isBusy ? 'busy' : undefined))
        deferral.answer('it')
        for (const step of steps) {
          nowMs += step.stepMs
          isBusy = step.isBusy
          const { recheckAfterMs } = deferral.answer('it')
          if (!isBusy && recheckAfterMs !== 0) return false
          if (recheckAfterMs < 0 || nowMs + recheckAfterMs > Math.max(nowMs, DEFER_MS_MAX)) return false
        }
        return true
      }),
    )
    expect(result.failed, JSON.stringify(result.counterexample)).toBe(false)
  })
})
