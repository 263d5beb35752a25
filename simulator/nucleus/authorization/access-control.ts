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
  'aws.greengrass.Cli': [
    'ListComponents',
    'GetComponentDetails',
    'RestartComponent',
    'StopComponent',
    'CreateLocalDeployment',
    'CancelLocalDeployment',
    'GetLocalDeploymentStatus',
    'ListLocalDeployments',
    'CreateDebugPassword',
  ],
  'aws.greengrass.clientdevices.Auth': [
    'SubscribeToCertificateUpdates',
    'VerifyClientDeviceIdentity',
    'GetClientDeviceAuthToken',
    'AuthorizeClientDeviceAction',
  ],
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
  const grants = compiled.malformed ? [] : compiled.grants
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
  readonly flavour: FlavourName
  readonly grants: Grant[]
  readonly faults: string[]
  /** A map, a list or a key is missing where one has to be. */
  malformed: boolean
}

function compileServices(accessControl: unknown, flavour: FlavourName): Compiled {
  const compiled: Compiled = { flavour, grants: [], faults: [], malformed: false }
  for (const [service, policies] of partsOf(parseText(accessControl), 'accessControl', compiled)) {
    for (const [policyId, policy] of partsOf(policies, service, compiled)) {
      const place = { service, policyId }
      if (flavour === 'java') compileJavaPolicy(compiled, place, policy)
      else compileLitePolicy(compiled, place, policy)
    }
  }
  return compiled
}

interface PolicyPlace {
  readonly service: string
  readonly policyId: string
}

function compileJavaPolicy(compiled: Compiled, place: PolicyPlace, policy: unknown): void {
  const { service, policyId } = place
  const parts = new Map(partsOf(policy, policyId, compiled).map(([key, value]) => [key.toLowerCase(), value]))
  const operations = parts.get('operations') ?? []
  const resources = parts.get('resources') ?? []
  const hasKnownKeys = [...parts.keys()].every((key) => POLICY_KEYS.includes(key))
  if (!hasKnownKeys || !isTextList(operations) || !isTextList(resources)) {
    compiled.faults.push(`policy ${policyId} is malformed`)
    compiled.malformed = true
  } else if (operations.length === 0) {
    compiled.faults.push(`policy ${policyId} has no operations`)
  } else {
    compiled.grants.push({ service, operations, resources: compileResources(compiled, place, resources) })
  }
}

/** Lite checks resources alone before a deployment; a policy that it cannot read later grants nothing. */
function compileLitePolicy(compiled: Compiled, place: PolicyPlace, policy: unknown): void {
  const parts = new Map(partsOf(policy, place.policyId, compiled))
  const [operations, resources] = [parts.get('operations'), parts.get('resources')]
  const texts = Array.isArray(resources) ? resources.filter((item) => typeof item === 'string') : []
  const matchers = compileResources(compiled, place, texts)
  if (!isTextList(operations) || !isTextList(resources)) return
  compiled.grants.push({ service: place.service, operations, resources: matchers })
}

/** Those that can be matched; each other one is a fault. */
function compileResources(
  { flavour, faults }: Compiled,
  { service, policyId }: PolicyPlace,
  resources: readonly string[],
): ResourceMatcher[] {
  return resources.flatMap((resource) => {
    const matcher = compileResource(resource, { mqtt: service === MQTT_SERVICE, flavour })
    if (matcher !== undefined) return [matcher]
    faults.push(`policy ${policyId} has the invalid resource "${resource}"`)
    return []
  })
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** The members of a map. What is no map at all is a fault on Java, and nothing is none. */
function partsOf(value: unknown, place: string, compiled: Compiled): [string, unknown][] {
  if (value === undefined || value === null) return []
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value)
  if (compiled.flavour === 'java') {
    compiled.faults.push(`${place} is no map`)
    compiled.malformed = true
  }
  return []
}

function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
