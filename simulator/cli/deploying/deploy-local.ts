import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import type { ConfigurationUpdate } from '../../nucleus/deployments/document/deployment-document.ts'
import type { DeploymentRequest } from '../../nucleus/deployments/document/deployment-request.ts'
import { DeploymentStatus } from '../../nucleus/deployments/engine/deployment-record.ts'
import { askRunningGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { wrongValue } from '../option-values.ts'
import type { Progress } from '../progress.ts'
import type { StateDirectory } from '../state-directory.ts'
import { readYaml } from '../yaml-file.ts'
import { isEnded } from './nucleus.ts'
import { componentVersions } from './option-values.ts'

export interface LocalFlags {
  readonly merge?: readonly string[]
  readonly remove?: readonly string[]
  readonly recipeDir?: string
  readonly artifactDir?: string
  readonly updateConfig?: string
  readonly group?: string
  readonly onFailure?: 'rollback' | 'nothing'
}

const POLL_MS = 250

/** What the options ask of the nucleus. @throws CliError `GENBA_USAGE` */
export function localRequest(flags: LocalFlags): DeploymentRequest {
  const add = componentVersions('--merge', flags.merge)
  const { remove = [], recipeDir, artifactDir, updateConfig, group, onFailure } = flags
  if (
    Object.keys(add).length + remove.length === 0 &&
    updateConfig === undefined &&
    recipeDir === undefined
  ) {
    throw new CliError('GENBA_USAGE', 'there is nothing to deploy', {
      expected: '--merge NAME=VERSION, --remove NAME or --update-config on this gateway, or --to a group',
    })
  }
  return {
    rootComponentVersionsToAdd: add,
    rootComponentsToRemove: remove,
    ...(updateConfig !== undefined && { componentToConfiguration: readUpdates(updateConfig) }),
    ...(recipeDir !== undefined && { recipeDirectoryPath: resolve(recipeDir) }),
    ...(artifactDir !== undefined && { artifactsDirectoryPath: resolve(artifactDir) }),
    ...(group !== undefined && { groupName: group }),
    ...(onFailure !== undefined && {
      failureHandlingPolicy: onFailure === 'rollback' ? 'ROLLBACK' : 'DO_NOTHING',
    }),
  }
}

/** As greengrass-cli spells it: `{ NAME: { MERGE: {…}, RESET: […] } }`. */
const Updates = z.record(
  z.string(),
  z.strictObject({
    MERGE: z.record(z.string(), z.json()).optional(),
    RESET: z.array(z.string()).optional(),
  }),
)

/** @param text JSON, or the path of a file in JSON or YAML */
function readUpdates(text: string): Readonly<Record<string, ConfigurationUpdate>> {
  const parsed = Updates.safeParse(text.trimStart().startsWith('{') ? readInline(text) : readYaml(text))
  if (!parsed.success) {
    const expected = '{ "genba.Processor": { "MERGE": { … }, "RESET": ["/windows"] } }'
    throw wrongValue('--update-config', expected, parsed.error.issues[0]?.message ?? text)
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, { MERGE: merge, RESET: reset }]) => [
      name,
      { ...(merge !== undefined && { merge }), ...(reset !== undefined && { reset }) },
    ]),
  )
}

function readInline(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrongValue('--update-config', 'JSON, or the path of a file', (error as Error).message)
  }
}

export const localDeployments = async (state: StateDirectory): Promise<readonly DeploymentStatus[]> =>
  DeploymentStatus.array().parse(await askRunningGateway(state, 'GET', '/deployments'))

/** Waits until a deployment has ended. @throws CliError `GENBA_DEPLOYMENT_PENDING` when it takes longer */
export async function awaitLocal(
  state: StateDirectory,
  deploymentId: string,
  { timeLimitMs, progress }: { readonly timeLimitMs: number; readonly progress: Progress },
): Promise<DeploymentStatus> {
  for (let waitedMs = 0; waitedMs <= timeLimitMs; waitedMs += POLL_MS) {
    const found = (await localDeployments(state)).find((each) => each.deploymentId === deploymentId)
    if (found !== undefined && isEnded(found)) return found
    progress.show(() => `the deployment is ${found?.status ?? 'unknown'}`)
    await pause(POLL_MS)
  }
  throw new CliError('GENBA_DEPLOYMENT_PENDING', 'the deployment has not ended yet', {
    where: deploymentId,
    mend: `see how it goes with: genba deployments ${deploymentId}`,
  })
}
