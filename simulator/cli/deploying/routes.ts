import type { DeploymentRequest } from '../../nucleus/deployments/document/deployment-request.ts'
import { type ControlRequest, type Route, sendJson } from '../control-server.ts'
import { CliError } from '../errors.ts'
import type { DeployingNucleus } from './nucleus.ts'

/** What a running gateway answers and does for `genba deploy`, `deployments`, `component` and `config`. */
export function deploymentRoutes(nucleus: DeployingNucleus): readonly (readonly [string, Route])[] {
  return [
    ['GET /deployments', async (_request, response) => sendJson(response, nucleus.deployments())],
    [
      'POST /deployments',
      async (request, response) =>
        sendJson(response, { deploymentId: nucleus.deploy(await requestOf(request)) }),
    ],
    [
      'POST /deployments/plan',
      async (request, response) => sendJson(response, await nucleus.plan(await requestOf(request))),
    ],
    [
      'POST /deployments/cancel',
      async ({ query }, response) => {
        const deploymentId = query.get('id') ?? ''
        if (!nucleus.deployments().some((each) => each.deploymentId === deploymentId)) {
          throw unknownDeployment(deploymentId)
        }
        if (!nucleus.cancel(deploymentId)) {
          throw new CliError('GENBA_DEPLOYMENT_FIXED', 'the deployment has ended, or is being applied', {
            where: deploymentId,
            mend: 'see how it ends with: genba deployments',
          })
        }
        sendJson(response, { canceled: deploymentId })
      },
    ],
    ['GET /groups', async (_request, response) => sendJson(response, nucleus.groups())],
    ['GET /components', async (_request, response) => sendJson(response, nucleus.components())],
    [
      'GET /configuration',
      async ({ query }, response) =>
        sendJson(response, nucleus.configurationOf(query.get('component') ?? '')),
    ],
    [
      'POST /components/restart',
      async ({ query }, response) => {
        const component = existing(nucleus, query)
        await nucleus.restart(component)
        sendJson(response, { restarted: component })
      },
    ],
    [
      'POST /components/stop',
      async ({ query }, response) => {
        const component = existing(nucleus, query)
        await nucleus.stopOne(component)
        sendJson(response, { stopped: component })
      },
    ],
  ]
}

/** The nucleus checks what is in it. */
const requestOf = async ({ body }: ControlRequest): Promise<DeploymentRequest> =>
  JSON.parse(await body()) as DeploymentRequest

function existing(nucleus: DeployingNucleus, query: URLSearchParams): string {
  const wanted = query.get('component') ?? ''
  const names = nucleus.components().map(({ name }) => name)
  if (names.includes(wanted)) return wanted
  throw new CliError('GENBA_COMPONENT_UNKNOWN', 'there is no such component on the gateway', {
    expected: names.join(', '),
    received: wanted,
  })
}

export const unknownDeployment = (deploymentId: string): CliError =>
  new CliError('GENBA_DEPLOYMENT_UNKNOWN', 'there is no such deployment', {
    received: deploymentId,
    mend: 'list them with: genba deployments',
  })
