import * as z from 'zod'

const InstalledComponent = z.object({
  componentName: z.string(),
  version: z.string(),
  fleetConfigArns: z.array(z.string()),
  isRoot: z.boolean(),
  state: z.string(),
  statusReason: z.string(),
  statusCodes: z.array(z.string()),
  changedMs: z.number(),
  reportedMs: z.number(),
})
export type InstalledComponent = Readonly<z.output<typeof InstalledComponent>>

/** A core device, as its own reports describe it. */
export const CoreDevice = z.object({
  thing: z.string(),
  coreVersion: z.string(),
  platform: z.string(),
  architecture: z.string(),
  runtime: z.string(),
  status: z.enum(['HEALTHY', 'UNHEALTHY']),
  reportedMs: z.number(),
  components: z.record(z.string(), InstalledComponent),
  clientDevices: z.array(z.object({ thingName: z.string(), associatedMs: z.number() })),
  tags: z.record(z.string(), z.string()),
})
export type CoreDevice = Readonly<z.output<typeof CoreDevice>>

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? [])

/** What a core device publishes of itself on its health topic. Keys that are unknown are ignored. */
export const FleetStatus = z.object({
  ggcVersion: text,
  platform: text,
  architecture: text,
  runtime: text,
  overallDeviceStatus: z.enum(['HEALTHY', 'UNHEALTHY']),
  timestamp: z.number(),
  messageType: z.enum(['COMPLETE', 'PARTIAL']).default('COMPLETE'),
  components: list(
    z.object({
      componentName: z.string(),
      version: text,
      fleetConfigArns: list(z.string()),
      isRoot: z.boolean().default(false),
      status: z.string(),
      statusDetails: z.object({ statusCodes: list(z.string()), statusReason: text }).nullish(),
    }),
  ),
})
export type FleetStatus = z.output<typeof FleetStatus>

/**
 * What is known of a device after a report of it. A complete report names every component; a partial one those that
 * changed.
 * @param nowMs when the report came
 * @returns the device as it was where the report is older than the last
 */
export function applyStatus(
  before: CoreDevice | undefined,
  thing: string,
  status: FleetStatus,
  nowMs: number,
): CoreDevice {
  if (before !== undefined && status.timestamp < before.reportedMs) return before
  const reported = status.components.map((component): [string, InstalledComponent] => {
    const known = before?.components[component.componentName]
    const isSame = known?.state === component.status && known.version === component.version
    return [
      component.componentName,
      {
        componentName: component.componentName,
        version: component.version,
        fleetConfigArns: component.fleetConfigArns,
        isRoot: component.isRoot,
        state: component.status,
        statusReason: component.statusDetails?.statusReason ?? '',
        statusCodes: component.statusDetails?.statusCodes ?? [],
        changedMs: isSame ? known.changedMs : status.timestamp,
        reportedMs: nowMs,
      },
    ]
  })
  const kept = status.messageType === 'PARTIAL' ? before?.components : {}
  return {
    thing,
    coreVersion: status.ggcVersion,
    platform: status.platform,
    architecture: status.architecture,
    runtime: status.runtime,
    status: status.overallDeviceStatus,
    reportedMs: status.timestamp,
    components: { ...kept, ...Object.fromEntries(reported) },
    clientDevices: before?.clientDevices ?? [],
    tags: before?.tags ?? {},
  }
}
