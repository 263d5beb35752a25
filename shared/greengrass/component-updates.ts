import type { SchedulerLike } from 'rxjs'
import type { Log } from '../component/host.ts'
import type { UpdateDeferral } from '../component/update-deferral.ts'
import type { IpcClient, IpcSession } from './ipc-session.ts'
import { renewStream } from './stream.ts'

const FOLLOW = { operation: 'SubscribeToComponentUpdates', resource: '(own)' }
const DEFER = { operation: 'DeferComponentUpdate', resource: '(own)' }

export interface UpdateParts {
  readonly session: IpcSession
  readonly scheduler: SchedulerLike
  readonly log: Log
  readonly deferral: UpdateDeferral
  readonly onDeployment: (deploymentId: string) => void
}

/**
 * Answers the Java nucleus, which asks before it updates components: later while this one is busy, else at once, for it
 * would wait for an answer. Lite does not ask, and its refusal changes nothing.
 */
export async function answerUpdates({
  session,
  scheduler,
  log,
  deferral,
  onDeployment,
}: UpdateParts): Promise<void> {
  const answer = (deploymentId: string): void => {
    onDeployment(deploymentId)
    const { recheckAfterMs, reason } = deferral.answer(deploymentId)
    if (recheckAfterMs > 0) log.info({ deploymentId, reason, recheckAfterMs }, 'an update is asked to wait')
    else log.info({ deploymentId, ...(reason === undefined ? {} : { reason }) }, 'an update may begin')
    const request = { deploymentId, recheckAfterMs, ...(reason === undefined ? {} : { message: reason }) }
    session
      .call(DEFER, (client) => client.deferComponentUpdate(request))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the nucleus does not take the answer on an update'),
      )
  }
  const open = (client: IpcClient) => {
    const operation = client.subscribeToComponentUpdates({})
    operation.on('message', ({ preUpdateEvent }) => {
      if (preUpdateEvent?.deploymentId !== undefined) answer(preUpdateEvent.deploymentId)
    })
    return operation
  }
  try {
    await renewStream(session, open, { call: FOLLOW, scheduler, log })
  } catch (error) {
    log.debug({ err: error }, 'this nucleus asks nobody before it updates components')
  }
}
