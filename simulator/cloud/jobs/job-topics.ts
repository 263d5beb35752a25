import { readJson } from '../../../shared/bytes/json.ts'
import type { CloudClock } from '../clock.ts'
import type { IotCore } from '../iot-core.ts'
import { type ExecutionStatus, isTerminal } from './job.ts'
import type { JobService, ThingExecution } from './job-service.ts'
import { ExecutionUpdate, type Rejection } from './update-execution.ts'

const TOPIC = /^\$aws\/things\/([^/]+)\/jobs\/(?:(get|start-next)|(\$next|[^/]+)\/(get|update))$/

type Request = Readonly<Record<string, unknown>>
type Outcome = { readonly accepted: object } | { readonly rejection: Rejection; readonly state?: object }

/**
 * The MQTT side of AWS IoT Jobs ("Jobs device MQTT API operations"): requests of devices and their answers, and the
 * notifications. Times are seconds since 1970.
 * @returns ends the service of the topics
 */
export async function serveJobTopics(
  iotCore: IotCore,
  jobs: JobService,
  clock: CloudClock,
): Promise<() => void> {
  const seconds = (): number => Math.floor(clock.nowMs() / 1000)
  const publish = (topic: string, message: object): void => {
    // A broker that is closing has nobody to tell.
    iotCore.publish(topic, JSON.stringify(message)).catch(() => {})
  }
  const respond = (topic: string, request: Request, outcome: Outcome): void => {
    const token = typeof request['clientToken'] === 'string' ? { clientToken: request['clientToken'] } : {}
    const rest = { ...token, timestamp: seconds() }
    if ('accepted' in outcome) publish(`${topic}/accepted`, { ...outcome.accepted, ...rest })
    else {
      const state = outcome.state === undefined ? {} : { executionState: outcome.state }
      publish(`${topic}/rejected`, { ...outcome.rejection, ...state, ...rest })
    }
  }
  const onMessage = async (topic: string, payload: Uint8Array): Promise<void> => {
    const match = TOPIC.exec(topic)
    if (match === null) return
    const [, thing = '', whole, jobId = '', part] = match
    const text = Buffer.from(payload).toString('utf8')
    const request = text === '' ? {} : readJson(text)
    if (!isObject(request)) {
      return respond(topic, {}, reject('InvalidJson', 'The request is no JSON object'))
    }
    if (whole === 'get') return respond(topic, request, { accepted: pendingOf(jobs, thing) })
    if (whole === 'start-next') return respond(topic, request, await startNext(jobs, thing, request))
    const outcome =
      part === 'get' ? describe(jobs, thing, jobId, request) : await update(jobs, thing, jobId, request)
    respond(topic, request, outcome)
  }
  const notified = new Map<string, string | undefined>()
  const notifications = jobs.changes$.subscribe((thing) => {
    const next = jobs.nextOf(thing)
    const { inProgress, queued } = pendingByStatus(jobs, thing)
    const pending = {
      ...(inProgress.length > 0 ? { IN_PROGRESS: inProgress } : {}),
      ...(queued.length > 0 ? { QUEUED: queued } : {}),
    }
    publish(`$aws/things/${thing}/jobs/notify`, { timestamp: seconds(), jobs: pending })
    if (notified.get(thing) === next?.job.jobId && notified.has(thing)) return
    notified.set(thing, next?.job.jobId)
    const execution = next === undefined ? {} : { execution: viewOf(thing, next, true) }
    publish(`$aws/things/${thing}/jobs/notify-next`, { timestamp: seconds(), ...execution })
  })
  const unsubscribe = await iotCore.subscribe('$aws/things/+/jobs/#', (topic, payload) => {
    onMessage(topic, payload).catch((error: unknown) =>
      respond(topic, {}, reject('InvalidRequest', error instanceof Error ? error.message : String(error))),
    )
  })
  return () => {
    unsubscribe()
    notifications.unsubscribe()
  }
}

/** DescribeJobExecution; `$next` has nothing to say where nothing is pending. */
function describe(jobs: JobService, thing: string, jobId: string, request: Request): Outcome {
  const hasDocument = request['includeJobDocument'] !== false
  if (jobId === '$next') {
    const next = jobs.nextOf(thing)
    return { accepted: next === undefined ? {} : { execution: viewOf(thing, next, hasDocument) } }
  }
  const found = jobs.executionsOf(thing).find(({ job }) => job.jobId === jobId)
  if (found === undefined) return reject('ResourceNotFound', `${thing} has no job ${jobId}`)
  return { accepted: { execution: viewOf(thing, found, hasDocument) } }
}

/** UpdateJobExecution. */
async function update(jobs: JobService, thing: string, jobId: string, request: Request): Promise<Outcome> {
  const parsed = ExecutionUpdate.safeParse(request)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return reject('InvalidRequest', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const outcome = await jobs.update(thing, jobId, parsed.data)
  if ('rejection' in outcome) {
    const found = jobs.executionsOf(thing).find(({ job }) => job.jobId === jobId)
    return found === undefined ? outcome : { ...outcome, state: stateOf(found) }
  }
  return {
    accepted: {
      ...(parsed.data.includeJobExecutionState ? { executionState: stateOf(outcome) } : {}),
      ...(parsed.data.includeJobDocument ? { jobDocument: outcome.job.document } : {}),
    },
  }
}

/** StartNextPendingJobExecution. */
async function startNext(jobs: JobService, thing: string, request: Request): Promise<Outcome> {
  const next = jobs.nextOf(thing)
  if (next === undefined) return { accepted: {} }
  if (next.execution.status === 'QUEUED') {
    const outcome = await update(jobs, thing, next.job.jobId, {
      status: 'IN_PROGRESS',
      statusDetails: request['statusDetails'],
    })
    if ('rejection' in outcome) return outcome
  }
  const started = jobs.nextOf(thing)
  return { accepted: started === undefined ? {} : { execution: viewOf(thing, started, true) } }
}

/** GetPendingJobExecutions. */
function pendingOf(jobs: JobService, thing: string): object {
  const { inProgress, queued } = pendingByStatus(jobs, thing)
  return { inProgressJobs: inProgress, queuedJobs: queued }
}

function pendingByStatus(jobs: JobService, thing: string) {
  const pending = jobs.executionsOf(thing).filter(({ execution }) => !isTerminal(execution))
  const of = (status: ExecutionStatus) =>
    pending.filter(({ execution }) => execution.status === status).map(summaryOf)
  return { inProgress: of('IN_PROGRESS'), queued: of('QUEUED') }
}

const toSeconds = (timeMs: number): number => Math.floor(timeMs / 1000)

const summaryOf = ({ job, execution }: ThingExecution) => ({
  jobId: job.jobId,
  queuedAt: toSeconds(execution.queuedMs),
  ...(execution.startedMs === undefined ? {} : { startedAt: toSeconds(execution.startedMs) }),
  lastUpdatedAt: toSeconds(execution.updatedMs),
  versionNumber: execution.versionNumber,
  executionNumber: 1,
})

const stateOf = ({ execution }: ThingExecution) => ({
  status: execution.status,
  statusDetails: execution.statusDetails,
  versionNumber: execution.versionNumber,
})

const viewOf = (thing: string, found: ThingExecution, hasDocument: boolean) => ({
  thingName: thing,
  ...summaryOf(found),
  ...stateOf(found),
  ...(hasDocument ? { jobDocument: found.job.document } : {}),
})

const reject = (code: Rejection['code'], message: string): { readonly rejection: Rejection } => ({
  rejection: { code, message },
})

const isObject = (value: unknown): value is Request =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
