import { NucleusError } from '../../errors.ts'
import { authorizeCli } from '../authorize-cli.ts'
import { type ErrorShape, type Operation, OperationError } from '../operation.ts'
import type { Services } from '../services.ts'

export function createLocalDeployment(services: Services): Operation {
  return {
    name: 'CreateLocalDeployment',
    streams: false,
    start: (call) => {
      authorizeCli(services, call.principal, 'CreateLocalDeployment', '*')
      try {
        call.respond({ deploymentId: services.deployments.create(call.request()) })
      } catch (error) {
        throw error instanceof NucleusError ? refusal(error) : error
      }
    },
  }
}

const SHAPES: Readonly<Record<string, ErrorShape>> = {
  recipeDirectoryPath: 'InvalidRecipeDirectoryPathError',
  artifactsDirectoryPath: 'InvalidArtifactsDirectoryPathError',
}

function refusal({ message, issues }: NucleusError): OperationError {
  const [issue] = issues
  const place = [issue?.where, issue?.expected].filter((part) => part !== undefined).join(': expected ')
  const shape = SHAPES[issue?.where ?? ''] ?? 'InvalidArgumentsError'
  return new OperationError(shape, place === '' ? message : `${message}: ${place}`)
}
