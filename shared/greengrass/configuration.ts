import { ConfigurationValidityStatus } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import type { SchedulerLike, Subscription } from 'rxjs'
import type { ConfigFeed } from '../component/config-feed.ts'
import type { Log } from '../component/host.ts'
import { describeError } from '../errors/genba-error.ts'
import type { IpcClient, IpcSession } from './ipc-session.ts'
import { CONFIG_SETTLE_MS } from './limits.ts'
import type { OwnChanges } from './own-changes.ts'
import { renewStream } from './stream.ts'

const READ = { operation: 'GetConfiguration', resource: '(whole)' }
const FOLLOW = { operation: 'SubscribeToConfigurationUpdate', resource: '(whole)' }
const VALIDATE = { operation: 'SubscribeToValidateConfigurationUpdates', resource: '(own)' }
const REPORT = { operation: 'SendConfigurationValidityReport', resource: '(own)' }

/** The component's whole configuration. @throws BusError */
export async function readConfiguration(session: IpcSession): Promise<unknown> {
  const { value } = await session.call(READ, (client) => client.getConfiguration({ keyPath: [] }))
  return value
}

export interface FollowParts {
  readonly session: IpcSession
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly feed: ConfigFeed<unknown>
  readonly changes: Pick<OwnChanges, 'configured' | 'refused' | 'noteDeployment'>
}

/**
 * Follows updates: the events name single leaves, so once they have settled the whole is read again and offered.
 * After a reconnection it is read too, for what changed in between.
 */
export async function followConfiguration({
  session,
  scheduler,
  log,
  feed,
  changes,
}: FollowParts): Promise<void> {
  let settling: Subscription | undefined
  const reread = async (): Promise<void> => {
    try {
      const checked = feed.offer(await readConfiguration(session))
      if (checked.ok) changes.configured(feed.digests())
      else await changes.refused('configuration', checked.error)
    } catch (error) {
      log.warn({ err: error }, 'the configuration cannot be read again; the last one stays active')
    }
  }
  const settle = (): void => {
    settling?.unsubscribe()
    settling = scheduler.schedule(() => void reread(), CONFIG_SETTLE_MS)
  }
  const open = (client: IpcClient) => {
    const operation = client.subscribeToConfigurationUpdate({ keyPath: [] })
    operation.on('message', settle)
    return operation
  }
  await renewStream(session, open, { call: FOLLOW, scheduler, log })
  session.onRenewal(settle)
}

/** Answers the Java nucleus when it asks before a deployment; lite does not ask, and its refusal changes nothing. */
export async function answerValidation({
  session,
  scheduler,
  log,
  feed,
  changes,
}: FollowParts): Promise<void> {
  const judge = (configuration: unknown, deploymentId: string): void => {
    const checked = feed.check(configuration)
    changes.noteDeployment(deploymentId)
    if (!checked.ok) void changes.refused('configuration', checked.error)
    const report = checked.ok
      ? { status: ConfigurationValidityStatus.ACCEPTED, deploymentId }
      : { status: ConfigurationValidityStatus.REJECTED, deploymentId, message: describeError(checked.error) }
    const request = { configurationValidityReport: report }
    session
      .call(REPORT, (client) => client.sendConfigurationValidityReport(request))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the nucleus does not take the verdict on a configuration'),
      )
  }
  const open = (client: IpcClient) => {
    const operation = client.subscribeToValidateConfigurationUpdates({})
    operation.on('message', ({ validateConfigurationUpdateEvent: event }) => {
      if (event?.deploymentId !== undefined) judge(event.configuration, event.deploymentId)
    })
    return operation
  }
  try {
    await renewStream(session, open, { call: VALIDATE, scheduler, log })
  } catch (error) {
    log.debug({ err: error }, 'this nucleus asks nobody before it changes a configuration')
  }
}
