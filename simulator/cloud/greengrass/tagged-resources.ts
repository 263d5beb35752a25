import { invalid, notFound } from './api/errors.ts'
import { type Account, coreDeviceArn, deploymentArn } from './arn.ts'
import type { ComponentCatalogue } from './components/component-catalogue.ts'
import type { DeploymentService } from './deployments/deployment-service.ts'
import type { DeviceService } from './devices/device-service.ts'
import type { Tagged } from './tags.ts'

export interface TaggedResources {
  readonly catalogue: ComponentCatalogue
  readonly deployments: DeploymentService
  readonly devices: DeviceService
  readonly owner: Account
}

/** Finds what an ARN names: a component version, a deployment or a core device. */
export function findTagged({ catalogue, deployments, devices, owner }: TaggedResources) {
  return (arn: string): Tagged => {
    const [, kind, id = ''] =
      /^arn:aws:greengrass:[^:]+:[^:]+:(components|deployments|coreDevices):(.+)$/.exec(arn) ?? []
    if (kind === 'components') {
      const component = catalogue.byArn(arn)
      return { tags: component.tags, setTags: (tags) => catalogue.setTags(component, { ...tags }) }
    }
    if (kind === 'deployments') {
      if (arn !== deploymentArn(owner, id)) throw elsewhere(arn)
      const deployment = deployments.get(id)
      return { tags: deployment.tags, setTags: (tags) => deployments.setTags(id, { ...tags }) }
    }
    if (kind === 'coreDevices') {
      if (arn !== coreDeviceArn(owner, id)) throw elsewhere(arn)
      return { tags: devices.get(id).tags, setTags: (tags) => devices.setTags(id, tags) }
    }
    throw invalid(`The ARN names nothing that has tags: ${arn}`, [
      {
        name: 'resourceArn',
        message: 'Must be the ARN of a component version, a deployment or a core device',
      },
    ])
  }
}

const elsewhere = (arn: string) => notFound(`The resource [${arn}] does not exist`, 'resource', arn)
