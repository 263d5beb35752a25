import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { askGateway, askRunningGateway } from '../../../simulator/cli/control-client.ts'
import { controlSocketPath, listenForControl, sendJson } from '../../../simulator/cli/control-server.ts'
import { CliError } from '../../../simulator/cli/errors.ts'
import { stateDirectory } from '../../../simulator/cli/state-directory.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function newState(name: string) {
  const state = stateDirectory(join(folder.path, name))
  mkdirSync(state.path, { recursive: true })
  return state
}

describe('the control socket of a gateway', () => {
  it('answers the commands of the same user alone', async () => {
    const state = newState('answers')
    const server = await listenForControl(state.path)
    server.serve(
      new Map([
        ['GET /echo', async ({ query }, response) => sendJson(response, { tags: query.getAll('tag') })],
      ]),
    )
    expect(await askRunningGateway(state, 'GET', '/echo', { tag: ['line1/#', 'a+b'] })).toEqual({
      tags: ['line1/#', 'a+b'],
    })
    expect(statSync(controlSocketPath(state.path)).mode & 0o077).toBe(0)
    await server.close()
  })

  it('hands errors over with code and issues', async () => {
    const state = newState('errors')
    const server = await listenForControl(state.path)
    server.serve(
      new Map([
        [
          'POST /fail',
          async () => {
            throw new CliError('GENBA_COMPONENT_UNKNOWN', 'there is no such component', { received: 'x' })
          },
        ],
      ]),
    )
    await expect(askRunningGateway(state, 'POST', '/fail')).rejects.toMatchObject({
      code: 'GENBA_COMPONENT_UNKNOWN',
      issues: [{ received: 'x' }],
    })
    await expect(askRunningGateway(state, 'POST', '/nowhere')).rejects.toMatchObject({ code: 'GENBA_USAGE' })
    await server.close()
  })

  it('says that the gateway is still starting until it can be asked', async () => {
    const state = newState('starting')
    const server = await listenForControl(state.path)
    await expect(askRunningGateway(state, 'GET', '/status')).rejects.toMatchObject({
      code: 'GENBA_GATEWAY_BUSY',
    })
    await server.close()
  })

  it('refuses a second gateway in the same directory', async () => {
    const state = newState('second')
    const server = await listenForControl(state.path)
    await expect(listenForControl(state.path)).rejects.toMatchObject({
      code: 'GENBA_GATEWAY_RUNNING',
      issues: [{ where: state.path }],
    })
    await server.close()
    const next = await listenForControl(state.path)
    await next.close()
  })

  it('takes the place of a gateway that died', async () => {
    const state = newState('dead')
    writeFileSync(controlSocketPath(state.path), '')
    const server = await listenForControl(state.path)
    await server.close()
  })

  it('tells a gateway that is not running from one that fails', async () => {
    const state = newState('stopped')
    expect(await askGateway(state, 'GET', '/status')).toBeUndefined()
    await expect(askRunningGateway(state, 'GET', '/status')).rejects.toMatchObject({
      code: 'GENBA_GATEWAY_STOPPED',
    })
    const deaf = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => deaf.listen(controlSocketPath(state.path), resolve))
    await expect(askRunningGateway(state, 'GET', '/status')).rejects.toMatchObject({
      code: 'GENBA_GATEWAY_BUSY',
    })
    await new Promise((resolve) => deaf.close(resolve))
  })

  it('ends a long answer when its reader leaves', async () => {
    const state = newState('leaves')
    const server = await listenForControl(state.path)
    const left = new Promise<void>((resolve) => {
      server.serve(
        new Map([
          [
            'GET /long',
            async ({ gone }, response) => {
              gone.addEventListener('abort', () => resolve())
              response.write('begun')
            },
          ],
        ]),
      )
    })
    const response = await askGateway(state, 'GET', '/long')
    response?.destroy()
    await left
    await server.close()
  })
})
