import type { GetDeploymentCommandOutput } from '@aws-sdk/client-greengrassv2'
import { Command } from 'commander'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { addCloudOptions, asCloudError, type Cloud, type CloudFlags, openCloud } from '../deploying/cloud.ts'
import { localDeployments } from '../deploying/deploy-local.ts'
import { outcomesOf } from '../deploying/deploy-remote.ts'
import { unknownDeployment } from '../deploying/routes.ts'
import { deploymentTable, deploymentText, shortTarget } from '../deploying/texts.ts'
import { CliError } from '../errors.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'

interface DeploymentsFlags extends CloudFlags {
  readonly cloud?: true
  readonly cancel?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba deployments                      what this gateway was given: locally, for itself, for its groups
  genba deployments ID                   how one ended, and why
  genba deployments ID --cancel          one that waits
  genba deployments --cloud              what the control plane has, the latest of each target
  genba deployments ID --cloud           with how it stands on each device

Exit codes: 0 done, 1 failed, 2 wrong usage.`

export function deploymentsCommand(context: Context): Command {
  const command = new Command('deployments')
    .description('list deployments, see how one went, cancel one')
    .argument('[id]', 'of one deployment')
    .option('--cloud', "ask the gateway's control plane instead of the gateway")
    .option('--cancel', 'cancel it')
  return addCloudOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((id: string | undefined, flags: DeploymentsFlags) => {
      if (flags.cancel && id === undefined) {
        throw new CliError('GENBA_USAGE', 'which deployment shall be cancelled?', {
          expected: 'genba deployments ID --cancel',
        })
      }
      return flags.cloud || flags.aws ? inCloud(context, id, flags) : here(context, id, flags)
    })
}

async function here({ output }: Context, id: string | undefined, flags: DeploymentsFlags): Promise<void> {
  const state = existingState(flags.state)
  if (flags.cancel) {
    const answer = await askRunningGateway(state, 'POST', '/deployments/cancel', { id })
    return flags.json ? output.json(answer) : output.data(`${id} is cancelled\n`)
  }
  const deployments = await localDeployments(state)
  if (id === undefined) {
    if (flags.json) return output.json({ v: 1, deployments })
    return output.data(deployments.length === 0 ? 'no deployment yet\n' : deploymentTable(deployments))
  }
  const found = deployments.find(({ deploymentId }) => deploymentId === id)
  if (found === undefined) throw unknownDeployment(id)
  return flags.json ? output.json({ v: 1, ...found }) : output.data(deploymentText(found))
}

async function inCloud(context: Context, id: string | undefined, flags: DeploymentsFlags): Promise<void> {
  const cloud = await openCloud(flags)
  try {
    if (id === undefined) return await listInCloud(context, cloud, flags)
    return await (flags.cancel
      ? cancelInCloud(context, cloud, { ...flags, id })
      : showInCloud(context, cloud, { ...flags, id }))
  } catch (error) {
    throw error instanceof Error && error.name === 'ResourceNotFoundException'
      ? unknownDeployment(id ?? '')
      : asCloudError(error, 'asking for deployments')
  }
}

async function listInCloud({ output }: Context, cloud: Cloud, { json }: DeploymentsFlags): Promise<void> {
  const { paginateListDeployments } = await import('@aws-sdk/client-greengrassv2')
  const deployments = []
  const pages = paginateListDeployments({ client: cloud.greengrass }, { historyFilter: 'LATEST_ONLY' })
  for await (const page of pages) deployments.push(...(page.deployments ?? []))
  if (json) return output.json({ v: 1, deployments })
  if (deployments.length === 0) return output.data('no deployment yet\n')
  const rows = deployments.map((each) => [
    each.deploymentId ?? '',
    each.deploymentStatus ?? '',
    `revision ${each.revisionId ?? '?'}`,
    shortTarget(each.targetArn ?? ''),
    each.creationTimestamp?.toISOString() ?? '',
  ])
  return output.data(formatTable(['deployment', 'status', '', 'target', 'created'], rows))
}

interface OneFlags extends DeploymentsFlags {
  readonly id: string
}

async function showInCloud({ output }: Context, cloud: Cloud, { id, json }: OneFlags): Promise<void> {
  const { GetDeploymentCommand } = await import('@aws-sdk/client-greengrassv2')
  const found = await cloud.greengrass.send(new GetDeploymentCommand({ deploymentId: id }))
  const { targetArn = '' } = found
  const devices = await outcomesOf(cloud, { deploymentId: id, targetArn })
  const { $metadata: _, ...deployment } = found
  if (json) return output.json({ v: 1, ...deployment, devices })
  const rows = devices.map(({ thing, status, reason }) => [thing, status ?? 'not told yet', reason ?? ''])
  return output.data(
    `${cloudText(id, found)}${rows.length === 0 ? 'no core device has it yet\n' : formatTable(['device', 'status', 'reason'], rows)}`,
  )
}

function cloudText(
  id: string,
  { deploymentStatus, targetArn, revisionId, components }: GetDeploymentCommandOutput,
): string {
  const versions = Object.entries(components ?? {}).map(
    ([name, { componentVersion }]) => `  ${name} ${componentVersion ?? ''}`,
  )
  return [
    `${id}: ${deploymentStatus}`,
    `Target: ${shortTarget(targetArn ?? '')}, revision ${revisionId}`,
    ...versions,
  ]
    .map((line) => `${line}\n`)
    .join('')
}

async function cancelInCloud({ output }: Context, cloud: Cloud, { id, json }: OneFlags): Promise<void> {
  const { CancelDeploymentCommand } = await import('@aws-sdk/client-greengrassv2')
  await cloud.greengrass.send(new CancelDeploymentCommand({ deploymentId: id }))
  return json ? output.json({ canceled: id }) : output.data(`${id} is cancelled\n`)
}
