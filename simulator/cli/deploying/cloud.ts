import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GreengrassV2Client } from '@aws-sdk/client-greengrassv2'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Command } from 'commander'
import * as z from 'zod'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { silenceSdkNotice } from '../../aws/sdk-notice.ts'
import type { GroupRevision } from '../../nucleus/core-device.ts'
import { askRunningGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'
import type { Components } from './revision.ts'

/** A control plane: that of a running gateway, or AWS. */
export interface Cloud {
  readonly greengrass: GreengrassV2Client
  readonly s3: S3Client
  readonly region: string
  readonly account: string
  /**
   * Components of a thing group that has no deployment yet: those that the simulated gateway was made with, since a first
   * deployment without them would remove them.
   */
  readonly madeWith: (group: string) => Promise<Components>
}

export interface CloudFlags {
  readonly state?: string
  readonly aws?: true
  readonly region?: string
  readonly account?: string
}

export const addCloudOptions = (command: Command): Command =>
  command
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--aws', "AWS itself, with the credentials of this machine, instead of the gateway's own cloud")
    .option('--region <name>', 'with --aws (default: AWS_REGION)')
    .option('--account <id>', 'with --aws: the account, where it cannot be seen from what is there')

const Endpoints = z.object({
  endpoints: z.object({
    greengrassv2: z.string(),
    s3: z.string(),
    region: z.string(),
    account: z.string(),
  }),
})
const AccessKey = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })

/** @throws CliError when no gateway runs, or the account is not known */
export const openCloud = (flags: CloudFlags): Promise<Cloud> =>
  flags.aws ? openAws(flags) : openSimulated(existingState(flags.state))

/** The libraries take a while to load, so only commands that go to a cloud do. */
const loadClients = async () => {
  silenceSdkNotice()
  const [{ GreengrassV2Client }, { S3Client }] = await Promise.all([
    import('@aws-sdk/client-greengrassv2'),
    import('@aws-sdk/client-s3'),
  ])
  return { GreengrassV2Client, S3Client }
}

async function openSimulated(state: StateDirectory): Promise<Cloud> {
  const status = Endpoints.safeParse(await askRunningGateway(state, 'GET', '/status'))
  if (!status.success) {
    throw new CliError('GENBA_CLOUD_REFUSED', 'the gateway has no control plane', {
      where: state.path,
      mend: 'start it anew with this version, or name AWS with --aws',
    })
  }
  const { greengrassv2, s3, region, account } = status.data.endpoints
  const text = readFileSync(join(state.cloud, 'access-key.json'), 'utf8')
  const credentials = AccessKey.parse(JSON.parse(text))
  const clients = await loadClients()
  // Each client writes into its credentials.
  const options = (endpoint: string) => ({ endpoint, region, credentials: { ...credentials } })
  return {
    greengrass: new clients.GreengrassV2Client(options(greengrassv2)),
    s3: new clients.S3Client({ ...options(s3), forcePathStyle: true }),
    region,
    account,
    madeWith: async (group) => componentsOf(group, await askRunningGateway(state, 'GET', '/groups')),
  }
}

/** @param groups as the nucleus has them */
function componentsOf(group: string, groups: unknown): Components {
  const found = (groups as readonly GroupRevision[]).find(({ name }) => name === `thinggroup/${group}`)
  return Object.fromEntries(
    Object.entries(found?.roots ?? {}).map(([name, version]) => [name, { componentVersion: version }]),
  )
}

async function openAws({ region, account }: CloudFlags): Promise<Cloud> {
  const clients = await loadClients()
  const options = region === undefined ? {} : { region }
  const greengrass = new clients.GreengrassV2Client(options)
  const used = await greengrass.config.region()
  return {
    greengrass,
    s3: new clients.S3Client(options),
    region: used,
    account: account ?? (await accountOf(greengrass)),
    madeWith: async () => ({}),
  }
}

/** Every component of one's own has the account in its ARN. */
async function accountOf(greengrass: GreengrassV2Client): Promise<string> {
  const { ListComponentsCommand } = await import('@aws-sdk/client-greengrassv2')
  const { components = [] } = await greengrass.send(
    new ListComponentsCommand({ scope: 'PRIVATE', maxResults: 1 }),
  )
  const [, , , , account = ''] = components[0]?.arn?.split(':') ?? []
  if (/^\d{12}$/.test(account)) return account
  throw new CliError('GENBA_USAGE', 'which account this is cannot be seen, since it has no components yet', {
    mend: 'name it with --account 123456789012',
  })
}

/** The name of an error of the service, such as `ResourceNotFoundException`. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '')

/** What the service says, as an error for people; anything else stays what it is. */
export function asCloudError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof GenbaError) return error
  // The service has answered, the way to it failed, or there is nobody to ask in the name of.
  const isForeign = '$metadata' in error || 'code' in error || error.name === 'CredentialsProviderError'
  if (!isForeign) return error
  return new CliError('GENBA_CLOUD_REFUSED', `${doing} failed`, {
    received: `${error.name}: ${error.message}`,
  })
}
