import { type Observable, Subject } from 'rxjs'
import { DeploymentFailure, DeploymentRejected, failureOf } from '../failure/deployment-failure.ts'
import { beginJournal, carryOut } from './carry-out.ts'
import { deleteStaleVersions } from './clean-up.ts'
import { deadline } from './deadline.ts'
import { type DeploymentOutcome, type DeploymentRecord, failed, hasEnded } from './deployment-record.ts'
import type { EngineParts } from './engine-parts.ts'
import type { Journal } from './journal.ts'
import { prepare } from './prepare.ts'

/** Deployments that may wait; whoever sends more has lost count. */
const QUEUE_COUNT_MAX = 50

/** The deployments of a core, one after the other in the order of their arrival. */
export class DeploymentEngine {
  readonly #parts: EngineParts
  readonly #changes = new Subject<DeploymentRecord>()
  /** Every change of a deployment's status, in order. */
  readonly changes$: Observable<DeploymentRecord> = this.#changes.asObservable()
  readonly #stopping = new AbortController()
  /** Cancels the deployment that is being prepared; none while one is being applied. */
  #preparing: { readonly deploymentId: string; readonly cancel: AbortController } | undefined
  #isWorking = false
  #work: Promise<void> = Promise.resolve()

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  /** Newest first. */
  deployments(): readonly DeploymentRecord[] {
    return [...this.#parts.records.all()].reverse()
  }

  /** @returns false when too many wait already */
  submit(deployment: Pick<DeploymentRecord, 'deploymentId' | 'source' | 'targetArn' | 'asked'>): boolean {
    const { records, timer } = this.#parts
    if (records.all().filter((record) => !hasEnded(record)).length >= QUEUE_COUNT_MAX) return false
    const record: DeploymentRecord = { ...deployment, status: 'QUEUED', createdMs: timer.nowMs() }
    records.add(record)
    this.#changes.next(record)
    this.#wake()
    return true
  }

  /** @returns false when it has ended, is being applied already, or was never there */
  cancel(deploymentId: string): boolean {
    const record = this.#parts.records.get(deploymentId)
    if (record?.status === 'QUEUED') {
      this.#change(deploymentId, { status: 'CANCELED', asked: undefined })
      return true
    }
    if (this.#preparing?.deploymentId !== deploymentId) return false
    this.#preparing.cancel.abort(new Error('the deployment was cancelled'))
    return true
  }

  /** True when a former nucleus was killed while it applied a deployment: `start` brings the components up then. */
  isInterrupted(): boolean {
    const { journal, records } = this.#parts
    const left = journal.read()
    const record = left === undefined ? undefined : records.get(left.deploymentId)
    if (record === undefined || !hasEnded(record)) return left !== undefined
    // Killed after the outcome was written down and before the journal was removed.
    journal.remove()
    return false
  }

  /** Goes on with what a former nucleus has left, then with what waits. */
  start(): void {
    this.#wake()
  }

  /** Ends as soon as possible; what is unfinished goes on at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the nucleus stops'))
    await this.#work
    this.#changes.complete()
  }

  #wake(): void {
    if (this.#isWorking || this.#stopping.signal.aborted) return
    this.#isWorking = true
    this.#work = this.#workOff().finally(() => {
      this.#isWorking = false
    })
  }

  async #workOff(): Promise<void> {
    try {
      const left = this.isInterrupted() ? this.#parts.journal.read() : undefined
      if (left !== undefined) await this.#resume(left)
      for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#process(next)
    } catch (error) {
      // A stop is no failure: journal and records say where to go on. Anything else, such as a disk that takes no
      // journal, ends the work until the next deployment asks for it.
      if (this.#stopping.signal.aborted) return
      this.#parts.log.write('ERROR', 'deployment', `deployments rest: ${failureOf(error).message}`)
    }
  }

  /** What was begun before a kill comes before what waits. */
  #next(): DeploymentRecord | undefined {
    if (this.#stopping.signal.aborted) return undefined
    const waiting = this.#parts.records.all().filter((record) => !hasEnded(record))
    return waiting.find(({ status }) => status === 'IN_PROGRESS') ?? waiting[0]
  }

  async #resume(journal: Journal): Promise<void> {
    const { deploymentId } = journal
    this.#log(deploymentId, `goes on ${journal.stage}`)
    await this.#apply(journal)
  }

  async #process(record: DeploymentRecord): Promise<void> {
    const { deploymentId } = record
    const { onStage } = this.#parts
    await onStage('begun', deploymentId)
    this.#change(deploymentId, { status: 'IN_PROGRESS' })
    const journal = await this.#prepare(record)
    if (journal === undefined) return
    await onStage('journaled', deploymentId)
    await this.#apply(journal)
  }

  /** @returns undefined when the deployment has ended before it changed anything */
  async #prepare(record: DeploymentRecord): Promise<Journal | undefined> {
    const { deploymentId } = record
    const { timer, timeLimitMs } = this.#parts
    const cancel = new AbortController()
    const stopping = this.#stopping.signal
    const limit = deadline(timer, timeLimitMs, stopping)
    this.#preparing = { deploymentId, cancel }
    try {
      const signal = AbortSignal.any([limit.signal, cancel.signal])
      const prepared = await prepare(record, this.#parts, signal)
      signal.throwIfAborted()
      return beginJournal(prepared, this.#parts)
    } catch (error) {
      stopping.throwIfAborted()
      const outcome = limit.signal.aborted ? tooLate(timeLimitMs) : unchanged(error)
      await this.#end(deploymentId, cancel.signal.aborted ? CANCELED : outcome)
      return undefined
    } finally {
      this.#preparing = undefined
      limit.clear()
    }
  }

  async #apply(journal: Journal): Promise<void> {
    const { notices, journal: file } = this.#parts
    const { deploymentId } = journal
    const outcome = await carryOut(journal, this.#parts, this.#stopping.signal)
    await this.#end(deploymentId, outcome)
    file.remove()
    if (this.#parts.flavour.name === 'java') notices.tellDone(deploymentId)
    if (outcome.status === 'SUCCEEDED') deleteStaleVersions(this.#parts)
    await this.#parts.onStage('ended', deploymentId)
  }

  async #end(deploymentId: string, outcome: DeploymentOutcome): Promise<void> {
    this.#change(deploymentId, { ...outcome, asked: undefined })
    await this.#parts.onStage('recorded', deploymentId)
  }

  #change(deploymentId: string, change: Partial<DeploymentRecord>): void {
    const record = this.#parts.records.change(deploymentId, change)
    if (record === undefined) return
    const { status, detailedStatus, failureCause } = record
    const parts = [status, detailedStatus, failureCause].filter((part) => part !== undefined)
    this.#log(deploymentId, parts.join(', '))
    this.#changes.next(record)
  }

  #log(deploymentId: string, message: string): void {
    this.#parts.log.write('INFO', 'deployment', `${deploymentId}: ${message}`)
  }
}

const CANCELED: DeploymentOutcome = { status: 'CANCELED' }

const unchanged = (error: unknown): DeploymentOutcome =>
  failed(error instanceof DeploymentRejected ? 'REJECTED' : 'FAILED_NO_STATE_CHANGE', failureOf(error))

const tooLate = (limitMs: number): DeploymentOutcome => {
  const message = `the deployment was not prepared within ${limitMs} ms`
  return failed('FAILED_NO_STATE_CHANGE', new DeploymentFailure(['DEPLOYMENT_TIMED_OUT'], message))
}
