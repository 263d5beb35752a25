import { EventEmitter } from 'node:events'
import type * as model from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import { asyncScheduler } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../../shared/component/host.ts'
import { UpdateDeferral } from '../../../shared/component/update-deferral.ts'
import { answerUpdates } from '../../../shared/greengrass/component-updates.ts'
import type { IpcClient, IpcSession } from '../../../shared/greengrass/ipc-session.ts'

/** A session whose one client is the test's: what the component subscribes to, and what it answers. */
function fakeSession(activate: () => Promise<unknown>) {
  const stream = Object.assign(new EventEmitter(), { activate, close: async () => undefined })
  const answered: model.DeferComponentUpdateRequest[] = []
  const client: IpcClient = Object.assign(Object.create(null), {
    subscribeToComponentUpdates: () => stream,
    deferComponentUpdate: async (request: model.DeferComponentUpdateRequest) => void answered.push(request),
  })
  const session: Pick<IpcSession, 'call' | 'onRenewal' | 'isCurrent'> = {
    call: (_call, send) => send(client),
    onRenewal: () => () => undefined,
    isCurrent: () => true,
  }
  return {
    session: session as IpcSession,
    answered,
    ask: (deploymentId: string) =>
      stream.emit('message', { preUpdateEvent: { deploymentId, isGgcRestarting: false } }),
    tellItIsOver: (deploymentId: string) => stream.emit('message', { postUpdateEvent: { deploymentId } }),
  }
}

const quiet = (): void => undefined
const onDeployment = quiet
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet }

describe('a component that is asked before an update', () => {
  it('answers each question: later with the reason while it is busy, then at once', async () => {
    const { session, answered, ask, tellItIsOver } = fakeSession(async () => undefined)
    const deferral = new UpdateDeferral(() => 0)
    let reason: string | undefined = 'frames are being sealed'
    deferral.busy(() => reason)
    await answerUpdates({ session, scheduler: asyncScheduler, log, deferral, onDeployment })
    ask('d-1')
    reason = undefined
    ask('d-1')
    tellItIsOver('d-1')
    expect(answered).toEqual([
      { deploymentId: 'd-1', recheckAfterMs: 500, message: 'frames are being sealed' },
      { deploymentId: 'd-1', recheckAfterMs: 0 },
    ])
  })

  it('works on a nucleus that asks nobody', async () => {
    const { session } = fakeSession(() => Promise.reject(new Error('ServiceError ""')))
    const deferral = new UpdateDeferral(() => 0)
    await expect(
      answerUpdates({ session, scheduler: asyncScheduler, log, deferral, onDeployment }),
    ).resolves.toBeUndefined()
  })
})
