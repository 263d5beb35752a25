import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import type { FlavourName } from '../flavour.ts'

/** What the recipe variables of one component stand for. */
export interface ComponentVariables {
  readonly configuration: JsonObject
  readonly artifactsPath: string
  readonly unarchivedPath: string
  readonly workPath: string
}

export interface InterpolationContext {
  readonly own: ComponentVariables
  readonly rootPath: string
  readonly thingName: string
  /** Direct dependencies alone may be named, and never the component itself. */
  readonly dependencies: Readonly<Record<string, ComponentVariables>>
  readonly flavour: FlavourName
}

const OWN_VARIABLE = /\{([^:{}]+):([^:{}]+)\}/g
const FOREIGN_VARIABLE = /\{([^:{}]+):([^:{}]+):([^:{}]+)\}/g

/**
 * Replaces recipe variables in a lifecycle script. What is unknown or missing stays as it is. As in the Java
 * nucleus, a value that itself contains a variable is replaced too when a later variable has the same text, and the
 * dependencies' variables are replaced after the component's own; lite knows no dependencies' variables.
 */
export function interpolate(script: string, context: InterpolationContext): string {
  const own = replaceEach(script, OWN_VARIABLE, ([, namespace = '', key = '']) =>
    lookUp(namespace, key, context.own, context),
  )
  if (context.flavour === 'lite') return own
  return replaceEach(own, FOREIGN_VARIABLE, ([, component = '', namespace = '', key = '']) => {
    const variables = context.dependencies[component]
    return variables === undefined ? undefined : lookUpIn(namespace, key, variables, context.flavour)
  })
}

function replaceEach(
  text: string,
  pattern: RegExp,
  replacementOf: (match: RegExpMatchArray) => string | undefined,
): string {
  return [...text.matchAll(pattern)].reduce((result, match) => {
    const value = replacementOf(match)
    return value === undefined ? result : result.replaceAll(match[0], () => value)
  }, text)
}

function lookUp(
  namespace: string,
  key: string,
  variables: ComponentVariables,
  { rootPath, thingName, flavour }: InterpolationContext,
): string | undefined {
  if (namespace === 'kernel' && key === 'rootPath') return rootPath
  if (namespace === 'iot' && key === 'thingName') return thingName
  return lookUpIn(namespace, key, variables, flavour)
}

function lookUpIn(
  namespace: string,
  key: string,
  variables: ComponentVariables,
  flavour: FlavourName,
): string | undefined {
  if (namespace === 'artifacts' && key === 'path') return variables.artifactsPath
  if (namespace === 'artifacts' && key === 'decompressedPath') return variables.unarchivedPath
  if (namespace === 'work' && key === 'path') return variables.workPath
  if (namespace !== 'configuration') return undefined
  const value = resolvePointer(variables.configuration, key)
  return value === undefined ? undefined : spell(value, flavour)
}

function resolvePointer(root: JsonObject, pointer: string): Json | undefined {
  if (!pointer.startsWith('/')) return undefined
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce<Json | undefined>((value, step) => {
    if (value === null || typeof value !== 'object') return undefined
    return Object.hasOwn(value, step) ? (Reflect.get(value, step) as Json) : undefined
  }, root)
}

/** A leaf stands bare; a list or map as JSON with its keys sorted without regard to case. */
function spell(value: Json, flavour: FlavourName): string {
  if (typeof value === 'string') return value
  if (flavour === 'lite' && typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(16)
  return JSON.stringify(sortKeys(value))
}

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: Json) => sortKeys(item))
  const entries = Object.entries(value).sort(([left], [right]) =>
    compareText(left.toLowerCase(), right.toLowerCase()),
  )
  return Object.fromEntries(entries.map(([key, item]) => [key, item === undefined ? item : sortKeys(item)]))
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
