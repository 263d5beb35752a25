import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Execution, ExecutionStatus, JobConfiguration } from '../../../../simulator/cloud/jobs/job.ts'
import { planRollout, ratePerMinute } from '../../../../simulator/cloud/jobs/rollout.ts'

const MINUTE_MS = 60_000

const execution = (status: ExecutionStatus, queuedMs = 0, startedMs?: number): Execution => ({
  status,
  statusDetails: {},
  queuedMs,
  updatedMs: queuedMs,
  versionNumber: 1,
  ...(startedMs === undefined ? {} : { startedMs }),
})
const many = (count: number, status: ExecutionStatus, queuedMs = 0) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${status}-${index}`, execution(status, queuedMs)]),
  )
const things = (count: number) => Array.from({ length: count }, (_, index) => `thing-${index}`)

/** Lets a job run to its end: each thing succeeds or fails the moment it is notified. */
function run(configuration: JobConfiguration, targets: readonly string[], fails: (index: number) => boolean) {
  const executions: Record<string, Execution> = {}
  const startsMs: number[] = []
  for (let nowMs = 0, rounds = 0; rounds < 1000; rounds++) {
    const plan = planRollout({ executions, configuration }, targets, nowMs)
    if (plan.isAborted) return { executions, startsMs, isAborted: true }
    for (const thing of plan.start) {
      executions[thing] = execution(fails(targets.indexOf(thing)) ? 'FAILED' : 'SUCCEEDED', nowMs, nowMs)
      startsMs.push(nowMs)
    }
    if (plan.start.length > 0) continue
    if (plan.againMs === undefined) return { executions, startsMs, isAborted: false }
    expect(plan.againMs).toBeGreaterThan(nowMs)
    nowMs = plan.againMs
  }
  throw new Error('the rollout does not end')
}

describe('the rollout of a job', () => {
  it('notifies all things at once where they are fewer than the rate', () => {
    const plan = planRollout({ executions: {}, configuration: {} }, things(3), 0)
    expect(plan).toEqual({ start: things(3), timedOut: [], isAborted: false, againMs: undefined })
  })

  it('waits a minute for the next where the rate is used up', () => {
    const configuration = { maximumPerMinute: 2 }
    const first = planRollout({ executions: {}, configuration }, things(3), 5000)
    expect(first.start).toEqual(['thing-0', 'thing-1'])
    const executions = { 'thing-0': execution('QUEUED', 5000), 'thing-1': execution('QUEUED', 6000) }
    const job = { executions, configuration }
    expect(planRollout(job, things(3), 6000)).toMatchObject({ start: [], againMs: 5000 + MINUTE_MS })
    expect(planRollout(job, things(3), 5000 + MINUTE_MS).start).toEqual(['thing-2'])
  })

  it('notifies a thing that joins later', () => {
    const executions = { 'thing-0': execution('SUCCEEDED') }
    expect(planRollout({ executions, configuration: {} }, things(2), 1e9).start).toEqual(['thing-1'])
  })

  it('goes faster with every so many things that were notified, or have succeeded', () => {
    const rate = (rateIncreaseCriteria: object, executions: Record<string, Execution>) =>
      ratePerMinute(Object.values(executions), {
        maximumPerMinute: 50,
        exponentialRate: { baseRatePerMinute: 10, incrementFactor: 2, rateIncreaseCriteria },
      })
    const notified = { numberOfNotifiedThings: 5 }
    expect([0, 4, 5, 10, 15, 100].map((count) => rate(notified, many(count, 'QUEUED')))).toEqual([
      10, 10, 20, 40, 50, 50,
    ])
    const succeeded = { numberOfSucceededThings: 5 }
    expect(rate(succeeded, many(20, 'FAILED'))).toBe(10)
    expect(rate(succeeded, many(5, 'SUCCEEDED'))).toBe(20)
  })

  it('is given up when too large a share of enough things has failed', () => {
    const isAborted = (failureType: 'FAILED' | 'ALL', executions: Record<string, Execution>) => {
      const abortCriteria = [{ failureType, thresholdPercentage: 50, minNumberOfExecutedThings: 4 }]
      return planRollout({ executions, configuration: { abortCriteria } }, things(9), 0).isAborted
    }
    expect(isAborted('FAILED', many(3, 'FAILED'))).toBe(false)
    expect(isAborted('FAILED', { ...many(2, 'FAILED'), ...many(2, 'SUCCEEDED') })).toBe(true)
    expect(isAborted('FAILED', { ...many(2, 'FAILED'), ...many(3, 'SUCCEEDED') })).toBe(false)
    expect(isAborted('FAILED', { ...many(2, 'REJECTED'), ...many(2, 'SUCCEEDED') })).toBe(false)
    expect(isAborted('ALL', { ...many(2, 'REJECTED'), ...many(2, 'SUCCEEDED') })).toBe(true)
    expect(isAborted('ALL', { ...many(2, 'REJECTED'), ...many(9, 'IN_PROGRESS') })).toBe(false)
  })

  it('gives up a thing that takes too long since it began, and counts it as failed', () => {
    const configuration: JobConfiguration = {
      inProgressTimeoutMinutes: 2,
      abortCriteria: [{ failureType: 'TIMED_OUT', thresholdPercentage: 100, minNumberOfExecutedThings: 1 }],
    }
    const executions = { waiting: execution('QUEUED', 0), working: execution('IN_PROGRESS', 0, 1000) }
    const at = (nowMs: number) => planRollout({ executions, configuration }, [], nowMs)
    expect(at(1000)).toMatchObject({ timedOut: [], againMs: 1000 + 2 * MINUTE_MS })
    expect(at(1000 + 2 * MINUTE_MS)).toMatchObject({ timedOut: ['working'], isAborted: true })
  })

  it('never exceeds its rate in any minute, and reaches every thing unless it is given up', () => {
    const configuration: fc.Arbitrary<JobConfiguration> = fc.record({
      maximumPerMinute: fc.integer({ min: 1, max: 20 }),
      exponentialRate: fc.record({
        baseRatePerMinute: fc.integer({ min: 1, max: 5 }),
        incrementFactor: fc.double({ min: 1, max: 5, noNaN: true }),
        rateIncreaseCriteria: fc.oneof(
          fc.record({ numberOfNotifiedThings: fc.integer({ min: 1, max: 10 }) }),
          fc.record({ numberOfSucceededThings: fc.integer({ min: 1, max: 10 }) }),
        ),
      }),
      abortCriteria: fc.constantFrom(
        [],
        [{ failureType: 'FAILED' as const, thresholdPercentage: 30, minNumberOfExecutedThings: 5 }],
      ),
    })
    const failing = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(configuration, fc.integer({ min: 0, max: 60 }), failing, (config, count, failures) => {
        const result = run(config, things(count), (index) => failures[index] ?? false)
        for (const startMs of result.startsMs) {
          const inMinute = result.startsMs.filter((ms) => ms >= startMs && ms < startMs + MINUTE_MS).length
          expect(inMinute).toBeLessThanOrEqual(config.maximumPerMinute ?? 0)
        }
        if (!result.isAborted) expect(Object.keys(result.executions).sort()).toEqual(things(count).sort())
        else expect(config.abortCriteria).not.toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
