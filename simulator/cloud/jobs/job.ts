import * as z from 'zod'

/** "Job execution states" of AWS IoT Jobs. */
export const EXECUTION_STATUSES = [
  'QUEUED',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'REJECTED',
  'REMOVED',
  'CANCELED',
] as const
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number]

/** One thing's run of a job. */
export const Execution = z.object({
  status: z.enum(EXECUTION_STATUSES),
  statusDetails: z.record(z.string(), z.string()),
  queuedMs: z.number(),
  startedMs: z.number().optional(),
  updatedMs: z.number(),
  versionNumber: z.number().int(),
})
export type Execution = Readonly<z.output<typeof Execution>>

const RateIncrease = z.object({
  numberOfNotifiedThings: z.number().optional(),
  numberOfSucceededThings: z.number().optional(),
})

/** How fast a job reaches things, when it is given up, and how long a thing may take. */
export const JobConfiguration = z.object({
  maximumPerMinute: z.number().optional(),
  exponentialRate: z
    .object({
      baseRatePerMinute: z.number(),
      incrementFactor: z.number(),
      rateIncreaseCriteria: RateIncrease,
    })
    .optional(),
  abortCriteria: z
    .array(
      z.object({
        failureType: z.enum(['FAILED', 'REJECTED', 'TIMED_OUT', 'ALL']),
        thresholdPercentage: z.number(),
        minNumberOfExecutedThings: z.number(),
      }),
    )
    .optional(),
  inProgressTimeoutMinutes: z.number().optional(),
})
export type JobConfiguration = Readonly<z.output<typeof JobConfiguration>>

/** A continuous job: it reaches the things of a group, also those that join it later. */
export const Job = z.object({
  jobId: z.string(),
  group: z.string(),
  status: z.enum(['IN_PROGRESS', 'CANCELED']),
  createdMs: z.number(),
  document: z.record(z.string(), z.unknown()),
  configuration: JobConfiguration,
  /** Keyed by thing; a thing that was not notified yet has none. */
  executions: z.record(z.string(), Execution),
})
export type Job = Readonly<z.output<typeof Job>>

export const isTerminal = ({ status }: Execution): boolean => status !== 'QUEUED' && status !== 'IN_PROGRESS'
