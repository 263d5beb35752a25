import { BehaviorSubject } from 'rxjs'
import type { CloudLink } from '../../../../simulator/nucleus/cloud-link.ts'

interface Sent {
  readonly topic: string
  readonly message: Record<string, unknown>
}

/** The jobs and the deployment shadow of one thing, as the other end of a link. */
export interface FakeIotCore {
  readonly link: CloudLink
  /** What the device has sent, below `$aws/things/THING/`. */
  readonly sent: readonly Sent[]
  setUp(up: boolean): void
  /** Makes this the only pending job. */
  queueJob(jobId: string, jobDocument: object): void
  /** Takes the pending job back. */
  cancelJob(): void
  desire(arn: string, document: object): void
  /** Every status that a job has been given. */
  statusesOf(jobId: string): unknown[]
}

export function fakeIotCore(thing: string): FakeIotCore {
  const prefix = `$aws/things/${thing}/`
  const up = new BehaviorSubject(true)
  const handlers = new Map<string, (topic: string, payload: Uint8Array) => void>()
  const sent: Sent[] = []
  let execution: object | undefined
  let desired: object | undefined
  let reported: unknown
  const deliver = (topic: string, message: object): void => {
    const payload = Buffer.from(JSON.stringify(message))
    if (up.value) queueMicrotask(() => handlers.get(prefix + topic)?.(prefix + topic, payload))
  }
  const receive = (topic: string, message: Record<string, unknown>): void => {
    sent.push({ topic, message })
    if (topic === 'jobs/$next/get') {
      deliver('jobs/$next/get/accepted', execution === undefined ? {} : { execution })
    }
    if (topic === `${SHADOW}/get`) deliver(`${SHADOW}/get/accepted`, { state: { desired, reported } })
    if (topic === `${SHADOW}/update`) reported = (message['state'] as { reported: unknown }).reported
  }
  const publishNext = (): void => deliver('jobs/notify-next', execution === undefined ? {} : { execution })
  return {
    sent,
    link: {
      up$: up,
      publish: async (topic, payload) => {
        if (!up.value) throw new Error('the link is down')
        receive(topic.slice(prefix.length), JSON.parse(Buffer.from(payload).toString('utf8')))
      },
      subscribe: async (filter, onMessage) => {
        if (!up.value) throw new Error('the link is down')
        handlers.set(filter, onMessage)
        return { close: async () => void handlers.delete(filter) }
      },
    },
    setUp: (isUp) => up.next(isUp),
    queueJob: (jobId, jobDocument) => {
      execution = { jobId, status: 'QUEUED', versionNumber: 1, jobDocument }
      publishNext()
    },
    cancelJob: () => {
      execution = undefined
      publishNext()
    },
    desire: (arn, document) => {
      desired = { fleetConfig: JSON.stringify(document), fleetConfigurationArnForStatus: arn }
      deliver(`${SHADOW}/update/delta`, { state: desired })
    },
    statusesOf: (jobId) =>
      sent.flatMap(({ topic, message }) => (topic === `jobs/${jobId}/update` ? [message['status']] : [])),
  }
}

const SHADOW = 'shadow/name/AWSManagedGreengrassV2Deployment'
