import * as z from 'zod'
import type { Registry } from '../../registry/registry.ts'
import { notFound } from '../api/errors.ts'
import {
  choiceOf,
  labelOf,
  noContent,
  type Operation,
  ok,
  queryOf,
  readBodyAs,
  timestamp,
} from '../api/operation.ts'
import { inOrder, pageOf } from '../api/paging.ts'
import type { OperationTable } from '../api/route.ts'
import { type Account, readTargetArn, thingGroupArn } from '../arn.ts'
import type { CoreDevice, InstalledComponent } from './core-device.ts'
import type { DeviceService } from './device-service.ts'

const DEVICES = '/greengrass/v2/coreDevices'
const ANY = 'ANY'

const Entries = z.object({
  entries: z
    .array(z.object({ thingName: z.string().min(1).max(128) }))
    .min(1)
    .max(100),
})

export interface DeviceOperationsOptions {
  readonly devices: DeviceService
  readonly registry: Registry
  readonly owner: Account
  /** Of a configuration's ARN, the deployment that it stands for. */
  readonly deploymentIdOf: (configurationArn: string) => string | undefined
}

/** Operations on core devices and their client devices. */
export function deviceOperations(options: DeviceOperationsOptions): OperationTable {
  const { devices, registry, owner } = options
  return {
    [`GET ${DEVICES}`]: (request) => {
      const status = choiceOf(request, 'status', ['HEALTHY', 'UNHEALTHY', ANY], ANY)
      const runtime = queryOf(request, 'runtime')
      const groupArn = queryOf(request, 'thingGroupArn')
      const group = groupArn === undefined ? undefined : readTargetArn('thingGroupArn', groupArn, owner).name
      const members = group === undefined ? undefined : registry.thingsIn(group)
      const wanted = devices
        .list()
        .filter(
          (device) =>
            (status === ANY || device.status === status) &&
            (runtime === undefined || device.runtime === runtime) &&
            (members === undefined || members.includes(device.thing)),
        )
      const page = pageOf(request, inOrder(wanted, thingOf), thingOf)
      return ok({ coreDevices: page.items.map(summaryOf), nextToken: page.nextToken })
    },
    [`GET ${DEVICES}/{thing}`]: (request) => {
      const device = devices.get(labelOf(request, 'thing'))
      return ok({ ...summaryOf(device), coreVersion: device.coreVersion, tags: device.tags })
    },
    [`DELETE ${DEVICES}/{thing}`]: async (request) => {
      await devices.delete(labelOf(request, 'thing'))
      return noContent
    },
    [`GET ${DEVICES}/{thing}/installedComponents`]: (request) => {
      const device = devices.get(labelOf(request, 'thing'))
      const filter = choiceOf(request, 'topologyFilter', ['ROOT', 'ALL'], 'ROOT')
      const wanted = Object.values(device.components).filter(({ isRoot }) => filter === 'ALL' || isRoot)
      const page = pageOf(request, inOrder(wanted, componentOf), componentOf)
      const installedComponents = page.items.map((component) => installedOf(component, options))
      return ok({ installedComponents, nextToken: page.nextToken })
    },
    [`GET ${DEVICES}/{thing}/thingGroups`]: (request) => {
      const thing = labelOf(request, 'thing')
      if (!registry.thingNames().includes(thing))
        throw notFound(`Thing [${thing}] does not exist`, 'thing', thing)
      const page = pageOf(request, registry.groupsOf(thing), (name) => name)
      const thingGroups = page.items.map((name) => ({
        thingGroupName: name,
        thingGroupArn: thingGroupArn(owner, name),
      }))
      return ok({ thingGroups, nextToken: page.nextToken })
    },
    ...clientDeviceOperations(devices, registry),
  }
}

function clientDeviceOperations(devices: DeviceService, registry: Registry): OperationTable {
  const batch =
    (change: (thing: string, clients: string[]) => Promise<void>): Operation =>
    async (request) => {
      const thing = labelOf(request, 'thing')
      const names = readBodyAs(request, Entries).entries.map(({ thingName }) => thingName)
      const known = new Set(registry.thingNames())
      await change(
        thing,
        names.filter((name) => known.has(name)),
      )
      const errorEntries = names
        .filter((name) => !known.has(name))
        .map((thingName) => ({
          thingName,
          code: 'ResourceNotFoundException',
          message: `Thing [${thingName}] does not exist`,
        }))
      return ok({ errorEntries })
    }
  return {
    [`POST ${DEVICES}/{thing}/associateClientDevices`]: batch((thing, clients) =>
      devices.associate(thing, clients),
    ),
    [`POST ${DEVICES}/{thing}/disassociateClientDevices`]: batch((thing, clients) =>
      devices.disassociate(thing, clients),
    ),
    [`GET ${DEVICES}/{thing}/associatedClientDevices`]: (request) => {
      const { clientDevices } = devices.get(labelOf(request, 'thing'))
      const nameOf = ({ thingName }: { readonly thingName: string }): string => thingName
      const page = pageOf(request, inOrder(clientDevices, nameOf), nameOf)
      const associatedClientDevices = page.items.map(({ thingName, associatedMs }) => ({
        thingName,
        associationTimestamp: timestamp(associatedMs),
      }))
      return ok({ associatedClientDevices, nextToken: page.nextToken })
    },
  }
}

const thingOf = ({ thing }: CoreDevice): string => thing
const componentOf = ({ componentName }: InstalledComponent): string => componentName

const summaryOf = (device: CoreDevice) => ({
  coreDeviceThingName: device.thing,
  status: device.status,
  lastStatusUpdateTimestamp: timestamp(device.reportedMs),
  platform: device.platform,
  architecture: device.architecture,
  runtime: device.runtime,
})

function installedOf(component: InstalledComponent, { deploymentIdOf }: DeviceOperationsOptions) {
  const sources = component.fleetConfigArns.map((arn) => deploymentIdOf(arn) ?? 'LOCAL')
  return {
    componentName: component.componentName,
    componentVersion: component.version,
    lifecycleState: component.state,
    lifecycleStateDetails: component.statusReason,
    lifecycleStatusCodes: component.statusCodes,
    isRoot: component.isRoot,
    lastStatusChangeTimestamp: timestamp(component.changedMs),
    lastReportedTimestamp: timestamp(component.reportedMs),
    lastInstallationSource: sources.at(-1) ?? 'LOCAL',
  }
}
