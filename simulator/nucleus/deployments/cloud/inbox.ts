import { NucleusError } from '../../errors.ts'
import { readDeploymentDocument } from '../document/read-document.ts'
import type { DeploymentEngine } from '../engine/deployment-engine.ts'
import { type DeploymentStatus, failed } from '../engine/deployment-record.ts'
import { failureOf } from '../failure/deployment-failure.ts'

/**
 * Takes a document of the control plane over: once, however often it comes. What has ended long ago is told as it
 * ended, so that a report that was lost is made up for.
 * @returns how the deployment stands
 */
export function takeOver(
  engine: DeploymentEngine,
  source: 'job' | 'shadow',
  asked: unknown,
  fallbackId: string,
): DeploymentStatus {
  try {
    const { deploymentId, targetArn } = readDeploymentDocument(asked)
    const known = engine.find(deploymentId)
    if (known !== undefined) return known
    engine.submit({ deploymentId, source, targetArn, asked })
    return engine.find(deploymentId) ?? full(deploymentId, source, targetArn)
  } catch (error) {
    if (!(error instanceof NucleusError)) throw error
    const outcome = failed('FAILED_NO_STATE_CHANGE', failureOf(error))
    return { deploymentId: fallbackId, source, targetArn: '', createdMs: 0, ...outcome }
  }
}

const full = (deploymentId: string, source: 'job' | 'shadow', targetArn: string): DeploymentStatus => ({
  deploymentId,
  source,
  targetArn,
  createdMs: 0,
  status: 'REJECTED',
  detailedStatus: 'REJECTED',
  failureCause: 'too many deployments wait on this core',
})
