import { type Operation, OperationError } from '../operations/operation.ts'
import type { Services } from '../operations/services.ts'
import { authorizeAddOn } from './offered.ts'

export const SECRET_MANAGER = 'aws.greengrass.SecretManager'

/** A right is for the ARN, whether the secret is asked for by that or by its name. */
export function getSecretValue(services: Services): Operation {
  const { secrets } = services.addOns
  return {
    name: 'GetSecretValue',
    streams: false,
    start: (call) => {
      const { secretId, versionId, versionStage, refresh } = call.request()
      if (typeof secretId !== 'string' || secretId === '') {
        throw new OperationError('ServiceError', 'SecretId absent in the request')
      }
      if (refresh === true) secrets.refresh()
      const arn = secrets.arnOf(secretId)
      if (arn === undefined) throw notFound(secretId)
      const service = { service: SECRET_MANAGER, operation: 'GetSecretValue' }
      authorizeAddOn(services, call.principal, { ...service, resource: arn })
      const secret = secrets.find({
        secretId,
        ...(typeof versionId === 'string' ? { versionId } : {}),
        ...(typeof versionStage === 'string' ? { versionStage } : {}),
      })
      if (secret === undefined) throw notFound(secretId)
      call.respond({
        secretId: secret.arn,
        versionId: secret.versionId,
        versionStage: secret.versionStages,
        secretValue: secret.value,
      })
    },
  }
}

const notFound = (secretId: string): OperationError =>
  new OperationError('ResourceNotFoundError', `Secret not found ${secretId}`, {
    resourceType: 'secret',
    resourceName: secretId,
  })
