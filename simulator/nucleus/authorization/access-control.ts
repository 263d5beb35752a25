import type { FlavourName } from '../flavour.ts'
import { compileResource, type ResourceMatcher } from './resource-pattern.ts'

/** What one component may do, compiled from the accessControl of its configuration. */
export interface AccessRights {
  /** Faults found while compiling; nucleus lite refuses to deploy a component that has any. */
  readonly faults: readonly string[]
  allows(request: AccessRequest): boolean
}

export interface AccessRequest {
  readonly service: string
  /** Such as `aws.greengrass#PublishToTopic`. */
  readonly operation: string
  /** Topic, topic filter or name, as the service defines it. */
  readonly resource: string
}

/** Operations that each service knows; under `*` no other is allowed. Lite knows only what it implements. */
const SERVICE_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'aws.greengrass.ipc.pubsub': ['PublishToTopic', 'SubscribeToTopic'],
  'aws.greengrass.ipc.mqttproxy': ['PublishToIoTCore', 'SubscribeToIoTCore'],
  'aws.greengrass.ShadowManager': [
    'GetThingShadow',
    'UpdateThingShadow',
    'DeleteThingShadow',
    'ListNamedShadowsForThing',
  ],
  'aws.greengrass.SecretManager': ['GetSecretValue'],
  'aws.greengrass.ipc.lifecycle': ['PauseComponent', 'ResumeComponent'],
  'aws.greengrass.ipc.componentmetric': ['PutComponentMetric'],
}
const MQTT_SERVICE = 'aws.greengrass.ipc.mqttproxy'
const POLICY_KEYS = ['policydescription', 'operations', 'resources']
/** Decisions are remembered: a component asks for the same few topics again and again. */
const DECISIONS_MAX = 1000

interface Grant {
  readonly service: string
  readonly operations: readonly string[]
  readonly resources: readonly ResourceMatcher[]
}

type FlavourOption = { readonly flavour: FlavourName }

/** @param accessControl `{service: {policyId: {operations, resources}}}`, or that as JSON text */
export function compileAccess(accessControl: unknown, { flavour }: FlavourOption): AccessRights {
  const compiled = compileServices(accessControl, flavour)
  // Java reads the whole accessControl as one typed value: a policy of the wrong shape voids all of it.
  const grants = compiled.malformed && flavour === 'java' ? [] : compiled.grants
  const decisions = new Map<string, boolean>()
  return {
    faults: compiled.faults,
    allows: (request) => {
      const key = `${request.service}\n${request.operation}\n${request.resource}`
      const known = decisions.get(key)
      if (known !== undefined) return known
      const allowed = decide(grants, request, flavour)
      if (decisions.size >= DECISIONS_MAX) decisions.clear()
      decisions.set(key, allowed)
      return allowed
    },
  }
}

function decide(grants: readonly Grant[], request: AccessRequest, flavour: FlavourName): boolean {
  if (flavour === 'lite' && request.resource.includes('?')) return false
  const operations = SERVICE_OPERATIONS[request.service]
  const known =
    operations === undefined || operations.some((name) => request.operation === `aws.greengrass#${name}`)
  if (!known) return false
  return grants.some(
    ({ service, operations: granted, resources }) =>
      service === request.service &&
      (granted.includes('*') || granted.includes(request.operation)) &&
      resources.some((matches) => matches(request.resource)),
  )
}

interface Compiled {
  readonly grants: Grant[]
  readonly faults: string[]
  malformed: boolean
}

function compileServices(accessControl: unknown, flavour: FlavourName): Compiled {
  const compiled: Compiled = { grants: [], faults: [], malformed: false }
  for (const [service, policies] of entriesOf(parseText(accessControl))) {
    for (const [policyId, policy] of entriesOf(policies))
      compilePolicy(compiled, { service, policyId, policy, flavour })
  }
  return compiled
}

interface PolicyPlace {
  readonly service: string
  readonly policyId: string
  readonly policy: unknown
  readonly flavour: FlavourName
}

function compilePolicy(compiled: Compiled, { service, policyId, policy, flavour }: PolicyPlace): void {
  const parts = new Map(entriesOf(policy).map(([key, value]) => [key.toLowerCase(), value]))
  const operations = parts.get('operations')
  const resources = parts.get('resources') ?? []
  const unknown = [...parts.keys()].find((key) => !POLICY_KEYS.includes(key))
  if (
    unknown !== undefined ||
    !isTextList(resources) ||
    (operations !== undefined && !isTextList(operations))
  ) {
    compiled.faults.push(`policy ${policyId} is malformed`)
    compiled.malformed = true
    return
  }
  if (!isTextList(operations) || operations.length === 0) {
    compiled.faults.push(`policy ${policyId} has no operations`)
    return
  }
  const matchers = resources.flatMap((resource) => {
    const matcher = compileResource(resource, { mqtt: service === MQTT_SERVICE, flavour })
    if (matcher !== undefined) return [matcher]
    compiled.faults.push(`policy ${policyId} has the invalid resource "${resource}"`)
    return []
  })
  compiled.grants.push({ service, operations, resources: matchers })
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const entriesOf = (value: unknown): [string, unknown][] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : []

function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
