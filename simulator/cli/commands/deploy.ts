import { setTimeout as pause } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { parseDurationUs } from '../../../shared/time/duration.ts'
import type { DeploymentPlan } from '../../nucleus/deployments/engine/plan.ts'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { addCloudOptions, type CloudFlags, openCloud } from '../deploying/cloud.ts'
import { awaitLocal, type LocalFlags, localRequest } from '../deploying/deploy-local.ts'
import { awaitDevices, deployRemotely, isDone, type RemoteRequest } from '../deploying/deploy-remote.ts'
import {
  collect,
  componentVersions,
  perMinuteOption,
  readMerges,
  resets,
} from '../deploying/option-values.ts'
import { differenceText, isSame } from '../deploying/revision.ts'
import { type Target, targetOption } from '../deploying/target.ts'
import { deploymentText, planText } from '../deploying/texts.ts'
import { CliError } from '../errors.ts'
import { durationOption } from '../option-values.ts'
import { createProgress } from '../progress.ts'
import { existingState } from '../state-directory.ts'
import { readYaml } from '../yaml-file.ts'

interface DeployFlags extends LocalFlags, CloudFlags {
  readonly to?: Target
  readonly component?: readonly string[]
  readonly reset?: readonly string[]
  readonly name?: string
  readonly rollout?: number
  readonly notifyTimeout?: string
  readonly wait?: true
  readonly waitTimeout: string
  readonly dryRun?: true
  readonly json?: true
}

const HELP = `
Two ways:
  --to TARGET    by the cloud: the target's latest deployment with your changes becomes its next one, and each device
                 fetches it. --component, --remove, --reset; --merge takes a FILE { "NAME": { … } } in JSON or YAML.
  without --to   on the running gateway alone, as greengrass-cli does it: --recipe-dir, --artifact-dir, --remove,
                 --update-config, --group; --merge takes NAME=VERSION.

Examples:
  genba deploy --to genba-gateways --component genba.Collector=0.2.0 --wait
  genba deploy --to thing/genba-gateway --merge windows.yaml --reset genba.Processor:/rules
  genba deploy --recipe-dir greengrass-build/recipes --artifact-dir greengrass-build/artifacts \\
    --merge genba.Collector=0.2.0 --group genba-gateways --dry-run
  genba deploy --update-config '{"genba.Processor":{"MERGE":{"checkpointEvery":"5s"}}}'

The components that a simulated gateway starts with belong to its group genba-gateways: another version of one of them is
deployed with --group genba-gateways, or it conflicts with that group as on a real core.
Exit codes: 0 done (with --wait: on every device), 1 failed, 2 wrong usage.`

export function deployCommand(context: Context): Command {
  const command = new Command('deploy')
    .description('change what runs, and how, on this gateway or on a group of gateways')
    .option('--to <target>', 'a thing group, thing/NAME, or an ARN', targetOption)
    .option('--component <name=version>', 'with --to: add or update; may be repeated', collect)
    .option(
      '--merge <file|name=version>',
      'configuration (with --to) or a component; may be repeated',
      collect,
    )
    .option('--reset <name:/pointer>', 'with --to: back to the defaults; may be repeated', collect)
    .option('--remove <name>', 'may be repeated', collect)
    .option('--recipe-dir <dir>', 'holds NAME-VERSION.json or .yaml')
    .option('--artifact-dir <dir>', 'holds NAME/VERSION/FILE')
    .option('--update-config <json|file>', '{ "NAME": { "MERGE": { … }, "RESET": ["/pointer"] } }')
    .option('--group <name>', 'without --to: whose components are edited (default: those deployed locally)')
    .addOption(new Option('--on-failure <what>', 'what a device does').choices(['rollback', 'nothing']))
    .option('--rollout <perMinute=n>', 'with --to: devices that are told in a minute', perMinuteOption)
    .option(
      '--notify-timeout <duration>',
      'with --to: how long components may answer',
      durationOption('--notify-timeout'),
    )
    .option('--name <text>', 'with --to: of the deployment')
    .option('--wait', 'until it is done')
    .option('--wait-timeout <duration>', 'no longer than this', durationOption('--wait-timeout'), '15m')
    .option('--dry-run', 'say what would change, and change nothing')
  return addCloudOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((flags: DeployFlags) => {
      checkForm(flags)
      return flags.to === undefined ? deployHere(context, flags) : deployTo(context, flags, flags.to)
    })
}

const REMOTE_ONLY = ['component', 'reset', 'rollout', 'notifyTimeout', 'name', 'aws'] as const
const LOCAL_ONLY = ['recipeDir', 'artifactDir', 'updateConfig', 'group'] as const

/** @throws CliError `GENBA_USAGE` when options of both ways stand beside each other */
function checkForm(flags: DeployFlags): void {
  const isRemote = flags.to !== undefined
  const foreign = (isRemote ? LOCAL_ONLY : REMOTE_ONLY).find((name) => flags[name] !== undefined)
  if (foreign !== undefined) {
    const option = `--${foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new CliError('GENBA_USAGE', `${option} is for a deployment ${isRemote ? 'without' : 'with'} --to`, {
      mend: 'see genba deploy --help',
    })
  }
  const misspelt = flags.merge?.find((text) => text.includes('=') === isRemote)
  if (misspelt === undefined) return
  throw new CliError('GENBA_USAGE', '--merge has the form of the other way', {
    received: misspelt,
    mend: isRemote
      ? 'name a version with --component NAME=VERSION; --merge takes a file of configuration'
      : '--merge takes NAME=VERSION here; give configuration with --update-config, or name a target with --to',
  })
}

async function deployHere({ output }: Context, flags: DeployFlags): Promise<void> {
  const state = existingState(flags.state)
  const request = localRequest(flags)
  if (flags.dryRun) {
    const plan = (await askRunningGateway(state, 'POST', '/deployments/plan', {}, request)) as DeploymentPlan
    return flags.json ? output.json({ v: 1, plan }) : output.data(planText(plan))
  }
  const answer = await askRunningGateway(state, 'POST', '/deployments', {}, request)
  const { deploymentId } = answer as { readonly deploymentId: string }
  if (!flags.wait) {
    if (flags.json) return output.json({ v: 1, deploymentId })
    return output.data(`Local deployment submitted! Deployment Id: ${deploymentId}\n`)
  }
  const progress = createProgress(output)
  const timeLimitMs = millisecondsOf(flags.waitTimeout)
  const ended = await awaitLocal(state, deploymentId, { timeLimitMs, progress }).finally(() => progress.end())
  await (flags.json ? output.json({ v: 1, ...ended }) : output.data(deploymentText(ended)))
  if (ended.status === 'SUCCEEDED') return
  throw new CliError('GENBA_DEPLOYMENT_FAILED', `the deployment ended as ${ended.status}`, {
    where: deploymentId,
    received: ended.failureCause ?? ended.detailedStatus ?? ended.status,
    mend: 'see what the components say with: genba logs',
  })
}

async function deployTo({ output }: Context, flags: DeployFlags, target: Target): Promise<void> {
  const request = remoteRequest(flags, target)
  const cloud = await openCloud(flags)
  const { deploymentId, targetArn, difference } = await deployRemotely(cloud, request)
  if (!flags.json) {
    await output.data(`${targetArn}\n${differenceText(difference)}`)
    if (deploymentId !== undefined) await output.data(`deployment ${deploymentId}\n`)
    else if (isSame(difference)) await output.data('nothing changes, so nothing was deployed\n')
  }
  if (deploymentId === undefined || !flags.wait) {
    if (flags.json) await output.json({ v: 1, deploymentId: deploymentId ?? null, targetArn, difference })
    return
  }
  const progress = createProgress(output)
  const timeLimitMs = millisecondsOf(flags.waitTimeout)
  const options = { timeLimitMs, pollMs: 1000, progress, pause }
  const devices = await awaitDevices(cloud, { deploymentId, targetArn }, options).finally(() =>
    progress.end(),
  )
  if (flags.json) await output.json({ v: 1, deploymentId, targetArn, difference, devices })
  else
    await output.data(devices.map(({ thing, status }) => `${thing}: ${status ?? 'not told yet'}\n`).join(''))
  if (devices.length === 0) output.note('no core device is in this group yet')
  const others = devices.filter((each) => !isDone(each))
  if (others.length === 0) return
  throw new CliError(
    'GENBA_DEPLOYMENT_FAILED',
    `the deployment is not done on ${others.length} of ${devices.length} devices`,
    ...others.slice(0, 10).map(({ thing, status, reason }) => ({
      where: thing,
      received: [status ?? 'no answer', reason].filter(Boolean).join(': '),
    })),
  )
}

function remoteRequest(flags: DeployFlags, target: Target): RemoteRequest {
  const files = (flags.merge ?? []).map((path) => readMerges(path, readYaml(path)))
  const merge: Record<string, JsonObject> = Object.assign({}, ...files)
  const request = {
    target,
    components: componentVersions('--component', flags.component),
    remove: flags.remove ?? [],
    merge,
    reset: resets(flags.reset),
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.rollout !== undefined && { perMinute: flags.rollout }),
    ...(flags.onFailure !== undefined && { onFailure: flags.onFailure }),
    ...(flags.notifyTimeout !== undefined && {
      notifyTimeoutS: Math.ceil(millisecondsOf(flags.notifyTimeout) / 1000),
    }),
    dryRun: flags.dryRun === true,
  }
  return request
}

const millisecondsOf = (duration: string): number => parseDurationUs(duration) / 1000
