import { type Observable, Subject } from 'rxjs'
import { createSerial } from '../../../shared/time/serial.ts'
import type { CloudClock } from '../clock.ts'
import { RecordFolder } from '../disk/record-folder.ts'
import { type Execution, isTerminal, Job, type JobConfiguration } from './job.ts'
import { planRollout } from './rollout.ts'
import { type ExecutionUpdate, endExecution, type Rejection, updateExecution } from './update-execution.ts'

export interface JobServiceOptions {
  readonly directory: string
  readonly clock: CloudClock
  /** Members of a thing group, in the order in which they are to be notified. */
  readonly thingsIn: (group: string) => readonly string[]
}

/** One thing's part in a job. */
export interface ThingExecution {
  readonly job: Job
  readonly execution: Execution
}

export interface NewJob {
  readonly jobId: string
  readonly group: string
  readonly document: Readonly<Record<string, unknown>>
  readonly configuration: JobConfiguration
}

/**
 * AWS IoT Jobs, as far as they carry deployments: continuous jobs to thing groups. Every change is on disk before it
 * is told.
 */
export class JobService {
  readonly #jobs: RecordFolder<Job>
  readonly #options: JobServiceOptions
  readonly #serial = createSerial()
  readonly #changes = new Subject<string>()
  readonly #aborts = new Subject<string>()
  readonly #wakeUps = new Map<string, () => void>()
  #isClosed = false

  private constructor(jobs: RecordFolder<Job>, options: JobServiceOptions) {
    this.#jobs = jobs
    this.#options = options
  }

  /** Goes on with what the folder holds. */
  static async open(options: JobServiceOptions): Promise<JobService> {
    const service = new JobService(await RecordFolder.open(options.directory, Job), options)
    for (const jobId of service.#jobs.ids()) await service.#advance(jobId)
    return service
  }

  /** Things whose pending jobs have changed. */
  get changes$(): Observable<string> {
    return this.#changes.asObservable()
  }

  /** Jobs that were given up because too many things failed. */
  get aborts$(): Observable<string> {
    return this.#aborts.asObservable()
  }

  job(jobId: string): Job | undefined {
    return this.#jobs.get(jobId)
  }

  create({ jobId, group, document, configuration }: NewJob): Promise<void> {
    return this.#serial(async () => {
      const createdMs = this.#options.clock.nowMs()
      const job: Job = {
        jobId,
        group,
        status: 'IN_PROGRESS',
        createdMs,
        document,
        configuration,
        executions: {},
      }
      await this.#jobs.put(jobId, job)
      await this.#advance(jobId)
    })
  }

  /** Ends it on all things that are not done. */
  cancel(jobId: string): Promise<void> {
    return this.#serial(() => this.#cancel(jobId))
  }

  /** Forgets it, and what things said of it. */
  delete(jobId: string): Promise<void> {
    return this.#serial(async () => {
      await this.#cancel(jobId)
      await this.#jobs.delete(jobId)
    })
  }

  /** A thing has joined a group: the group's jobs are its own. */
  join(group: string): Promise<void> {
    return this.#serial(async () => {
      for (const job of this.#jobs.values()) if (job.group === group) await this.#advance(job.jobId)
    })
  }

  /** Executions of a thing, oldest first. */
  executionsOf(thing: string): ThingExecution[] {
    return this.#jobs
      .values()
      .flatMap((job) => {
        const execution = job.executions[thing]
        return execution === undefined ? [] : [{ job, execution }]
      })
      .sort((left, right) => left.execution.queuedMs - right.execution.queuedMs)
  }

  /** What a thing has begun, and else what waits longest. */
  nextOf(thing: string): ThingExecution | undefined {
    const pending = this.executionsOf(thing).filter(({ execution }) => !isTerminal(execution))
    return pending.find(({ execution }) => execution.status === 'IN_PROGRESS') ?? pending[0]
  }

  /** A device's report. */
  update(
    thing: string,
    jobId: string,
    update: ExecutionUpdate,
  ): Promise<ThingExecution | { readonly rejection: Rejection }> {
    return this.#serial(async () => {
      const job = this.#jobs.get(jobId)
      const before = job?.executions[thing]
      if (job === undefined || before === undefined) {
        return { rejection: { code: 'ResourceNotFound', message: `${thing} has no job ${jobId}` } }
      }
      const outcome = updateExecution(before, update, this.#options.clock.nowMs())
      if ('rejection' in outcome) return outcome
      await this.#setExecutions(job, { [thing]: outcome.execution })
      await this.#advance(jobId)
      return { job, execution: outcome.execution }
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const takeBack of this.#wakeUps.values()) takeBack()
    await this.#serial(async () => {})
    this.#changes.complete()
    this.#aborts.complete()
  }

  /** Carries out what the plan asks for, until it asks for nothing more now. */
  async #advance(jobId: string): Promise<void> {
    this.#wakeUps.get(jobId)?.()
    this.#wakeUps.delete(jobId)
    for (;;) {
      const job = this.#jobs.get(jobId)
      if (job === undefined || this.#isClosed) return
      const { clock, thingsIn } = this.#options
      const nowMs = clock.nowMs()
      // A cancelled job has no targets any more, and nothing that could time out.
      if (job.status === 'CANCELED') return
      const plan = planRollout(job, thingsIn(job.group), nowMs)
      await this.#setExecutions(job, {
        ...endEach(job, plan.timedOut, 'TIMED_OUT', nowMs),
        ...Object.fromEntries(plan.start.map((thing) => [thing, queued(nowMs)])),
      })
      if (plan.isAborted) {
        await this.#cancel(jobId)
        this.#aborts.next(jobId)
        return
      }
      if (plan.start.length > 0 || plan.timedOut.length > 0) continue
      if (plan.againMs !== undefined) this.#wakeUp(jobId, plan.againMs - nowMs)
      return
    }
  }

  #wakeUp(jobId: string, delayMs: number): void {
    const wake = (): void => {
      this.#serial(() => this.#advance(jobId)).catch((error: unknown) => this.#changes.error(error))
    }
    this.#wakeUps.set(jobId, this.#options.clock.after(delayMs, wake))
  }

  async #cancel(jobId: string): Promise<void> {
    const job = this.#jobs.get(jobId)
    if (job === undefined || job.status === 'CANCELED') return
    const ended = endEach(job, Object.keys(job.executions), 'CANCELED', this.#options.clock.nowMs())
    await this.#setExecutions({ ...job, status: 'CANCELED' }, ended)
  }

  async #setExecutions(job: Job, changed: Readonly<Record<string, Execution>>): Promise<void> {
    const before = this.#jobs.get(job.jobId)
    const things = Object.keys(changed)
    if (things.length === 0 && before?.status === job.status) return
    await this.#jobs.put(job.jobId, { ...job, executions: { ...job.executions, ...changed } })
    for (const thing of things) this.#changes.next(thing)
  }
}

const queued = (nowMs: number): Execution => ({
  status: 'QUEUED',
  statusDetails: {},
  queuedMs: nowMs,
  updatedMs: nowMs,
  versionNumber: 1,
})

function endEach(
  { executions }: Job,
  things: readonly string[],
  status: 'TIMED_OUT' | 'CANCELED',
  nowMs: number,
): Record<string, Execution> {
  const ended: Record<string, Execution> = {}
  for (const thing of things) {
    const execution = executions[thing]
    const after = execution && endExecution(execution, status, nowMs)
    if (after !== undefined) ended[thing] = after
  }
  return ended
}
