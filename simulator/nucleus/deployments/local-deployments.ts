import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { NucleusError } from '../errors.ts'
import type { DeploymentRequests } from '../operations/services.ts'
import { readDeploymentRequest } from './document/deployment-request.ts'
import type { DeploymentEngine } from './engine/deployment-engine.ts'
import type { EngineParts } from './engine/engine-parts.ts'
import { type DeploymentPlan, planDeployment } from './engine/plan.ts'
import { readAsked } from './engine/prepare.ts'

/** Deployments as the command line and the IPC ask for them. */
export interface LocalDeployments extends DeploymentRequests {
  /** What it would do. @throws NucleusError, DeploymentFailure */
  plan(request: unknown): Promise<DeploymentPlan>
}

export function createLocalDeployments(engine: DeploymentEngine, parts: EngineParts): LocalDeployments {
  const read = (request: unknown, deploymentId: string) => {
    const asked = readDeploymentRequest(request)
    checkDirectory('recipeDirectoryPath', asked.recipeDirectoryPath)
    checkDirectory('artifactsDirectoryPath', asked.artifactsDirectoryPath)
    const record = { source: 'local', asked, deploymentId, createdMs: parts.timer.nowMs() } as const
    return { ...record, ...readAsked(record, parts) }
  }
  return {
    create: (request) => {
      const deploymentId = randomUUID()
      const { asked, document } = read(request, deploymentId)
      const { targetArn } = document
      if (!engine.submit({ deploymentId, source: 'local', targetArn, asked })) throw tooMany()
      return deploymentId
    },
    cancel: (deploymentId) => engine.cancel(deploymentId),
    all: () => engine.deployments().map(({ asked, ...status }) => status),
    plan: (request) => {
      const signal = AbortSignal.timeout(parts.timeLimitMs)
      return planDeployment(read(request, randomUUID()), true, parts, signal)
    },
  }
}

function checkDirectory(field: string, path: string | undefined): void {
  if (path === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  throw new NucleusError('GENBA_DEPLOYMENT_INVALID', 'a local deployment names a folder that is not there', [
    { where: field, expected: 'a folder', received: path },
  ])
}

const tooMany = (): NucleusError =>
  new NucleusError('GENBA_DEPLOYMENT_INVALID', 'too many deployments wait already', [
    { mend: 'wait for some of them to end, or cancel them' },
  ])
