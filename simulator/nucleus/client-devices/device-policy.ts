import * as z from 'zod'
import { compileGlob, type ResourceMatcher } from '../authorization/resource-pattern.ts'
import { readSelectionRule, type SelectionRule } from './selection-rule.ts'

/** `deviceGroups` in the configuration of `aws.greengrass.clientdevices.Auth`. */
const DeviceGroups = z.object({
  formatVersion: z.literal('2021-03-05'),
  definitions: z
    .record(z.string(), z.object({ selectionRule: z.string(), policyName: z.string() }))
    .default({}),
  policies: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          statementDescription: z.string().optional(),
          operations: z.array(z.string()).default([]),
          resources: z.array(z.string()).default([]),
        }),
      ),
    )
    .default({}),
})
type DeviceGroups = z.output<typeof DeviceGroups>
type Statement = DeviceGroups['policies'][string][string]

export interface DeviceRequest {
  /** Such as `mqtt:publish`. */
  readonly operation: string
  /** Such as `mqtt:topic:line/1`. */
  readonly resource: string
}

/** True when a client device may do something. */
export type DevicePolicy = (thingName: string, request: DeviceRequest) => boolean

/** The one variable there is: the name of the client device's thing. */
const THING_NAME = `$\{iot:Connection.Thing.ThingName}`
const VARIABLE = /\$\{[^}]*\}/g
const OPERATION = /^([a-zA-Z]+):[a-zA-Z0-9]+$/
const RESOURCE = /^[a-zA-Z]+:[a-zA-Z]+:.+$/

/**
 * What client devices may do: the union of what the groups allow to which a device belongs. Nothing is denied
 * expressly, and what no group allows is not allowed.
 * @returns undefined when the configuration is refused: a rule that is none, a policy that is missing, a variable that
 *   is not known
 */
export function compileDevicePolicy(configuration: unknown): DevicePolicy | undefined {
  const groups = DeviceGroups.safeParse(configuration).data
  if (groups === undefined) return undefined
  const compiled = Object.values(groups.definitions).map(({ selectionRule, policyName }) => ({
    isMember: readSelectionRule(selectionRule),
    statements: Object.hasOwn(groups.policies, policyName) ? groups.policies[policyName] : undefined,
  }))
  const known = compiled.flatMap(({ isMember, statements }) =>
    isMember === undefined || statements === undefined
      ? []
      : [{ isMember, statements: Object.values(statements) }],
  )
  if (known.length < compiled.length || hasUnknownVariable(groups)) return undefined
  return (thingName, request) => isAllowed(known, thingName, request)
}

interface Group {
  readonly isMember: SelectionRule
  readonly statements: readonly Statement[]
}

function isAllowed(
  groups: readonly Group[],
  thingName: string,
  { operation, resource }: DeviceRequest,
): boolean {
  const service = OPERATION.exec(operation)?.[1]
  if (service === undefined || !RESOURCE.test(resource)) return false
  const wanted = ['*', `${service}:*`, operation]
  return groups
    .filter(({ isMember }) => isMember(thingName))
    .flatMap(({ statements }) => statements)
    .filter(({ operations }) => operations.some((one) => wanted.includes(one)))
    .some(({ resources }) => resources.some((one) => resourceMatcher(one, thingName)(resource)))
}

const resourceMatcher = (resource: string, thingName: string): ResourceMatcher =>
  compileGlob(resource.replaceAll(THING_NAME, () => thingName))

const hasUnknownVariable = ({ policies }: DeviceGroups): boolean =>
  Object.values(policies)
    .flatMap((statements) => Object.values(statements))
    .flatMap(({ resources }) => resources)
    .some((resource) => (resource.match(VARIABLE) ?? []).some((variable) => variable !== THING_NAME))
