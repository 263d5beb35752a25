import type { Client } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/client.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { FlavourName } from '../../../../simulator/nucleus/flavour.ts'
import { createSdkClient } from '../sdk-client.ts'
import { startTestCore, type TestCore, until } from '../test-core.ts'

/** Goal: what greengrass-cli asks over IPC is answered as by a core. */
let core: TestCore | undefined
let client: Client | undefined

async function connect(flavour: FlavourName, principal: string, operations: string[]): Promise<Client> {
  core = await startTestCore({
    flavour,
    components: {
      [principal]: {
        accessControl: {
          'aws.greengrass.Cli': { cli: { operations, resources: ['*'] } },
          'aws.greengrass.ipc.lifecycle': { pause: { operations: ['*'], resources: ['test.Other'] } },
        },
      },
      'test.Other': { configuration: { level: 1 } },
    },
  })
  client = createSdkClient(await core.identityOf(principal))
  await client.connect()
  await core.identityOf('test.Other')
  return client
}

afterEach(async () => {
  await client?.close()
  await core?.stop()
  client = undefined
  core = undefined
})

const errorCode = (code: string) => ({ serviceError: expect.objectContaining({ _errorCode: code }) })

describe('the operations of the command line on java', () => {
  it('list, restart, stop and pause components', async () => {
    const cli = await connect('java', 'aws.greengrass.Cli', ['*'])
    const { components } = await cli.listComponents({})
    expect(components?.map(({ componentName }) => componentName)).toEqual([
      'aws.greengrass.Cli',
      'test.Other',
    ])
    const { componentDetails } = await cli.getComponentDetails({ componentName: 'test.Other' })
    expect(componentDetails).toMatchObject({ version: '1.0.0', configuration: { level: 1 } })
    await expect(cli.getComponentDetails({ componentName: 'test.Gone' })).rejects.toMatchObject(
      errorCode('ResourceNotFoundError'),
    )
    await cli.pauseComponent({ componentName: 'test.Other' })
    await cli.resumeComponent({ componentName: 'test.Other' })
    await expect(cli.pauseComponent({ componentName: 'aws.greengrass.Cli' })).rejects.toMatchObject(
      errorCode('UnauthorizedError'),
    )
    const stateOf = () => core?.nucleus.components().find(({ name }) => name === 'test.Other')
    expect(await cli.restartComponent({ componentName: 'test.Other' })).toMatchObject({
      restartStatus: 'SUCCEEDED',
    })
    await until('it has restarted', () => stateOf()?.restarts === 1 && stateOf()?.state === 'RUNNING')
    expect(await cli.stopComponent({ componentName: 'test.Other' })).toMatchObject({
      stopStatus: 'SUCCEEDED',
    })
    await until('it has stopped', () => stateOf()?.pid === null)
  })

  it('make local deployments and tell how they ended', async () => {
    const cli = await connect('java', 'aws.greengrass.Cli', ['*'])
    const { deploymentId = '' } = await cli.createLocalDeployment({
      rootComponentVersionsToAdd: new Map([['test.Gone', '1.0.0']]),
    })
    const status = async () => (await cli.getLocalDeploymentStatus({ deploymentId })).deployment
    await until('it has ended', async () => (await status())?.status === 'FAILED')
    expect(await status()).toMatchObject({
      deploymentId,
      deploymentStatusDetails: {
        detailedDeploymentStatus: 'FAILED_NO_STATE_CHANGE',
        deploymentErrorStack: ['DEPLOYMENT_FAILURE', 'NO_AVAILABLE_COMPONENT_VERSION'],
        deploymentErrorTypes: ['REQUEST_ERROR'],
        deploymentFailureCause: expect.stringContaining('test.Gone'),
      },
    })
    const { localDeployments } = await cli.listLocalDeployments({})
    expect(localDeployments).toHaveLength(1)
    await expect(cli.cancelLocalDeployment({ deploymentId })).rejects.toMatchObject(
      errorCode('InvalidArgumentsError'),
    )
    await expect(cli.getLocalDeploymentStatus({ deploymentId: 'unknown' })).rejects.toMatchObject(
      errorCode('ResourceNotFoundError'),
    )
    await expect(cli.createLocalDeployment({ recipeDirectoryPath: '/not/there' })).rejects.toMatchObject(
      errorCode('InvalidRecipeDirectoryPathError'),
    )
  })
})

describe('the operations of the command line on lite', () => {
  it('are two, and only for its own command line', async () => {
    const cli = await connect('lite', 'aws.greengrass.Cli', [])
    const { deploymentId } = await cli.createLocalDeployment({})
    expect(deploymentId).toMatch(/^[0-9a-f-]{36}$/)
    expect(await cli.restartComponent({ componentName: 'test.Other' })).toMatchObject({
      restartStatus: 'SUCCEEDED',
    })
    await expect(cli.listComponents({})).rejects.toMatchObject(errorCode('ServiceError'))
  })
})
