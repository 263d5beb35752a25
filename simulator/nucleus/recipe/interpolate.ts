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

/** As the Java nucleus finds them: a JSON pointer may hold anything but a colon and the closing brace. */
const OWN_VARIABLE = /\{([.\w]+):([^:}]+)\}/g
const FOREIGN_VARIABLE = /\{([.\w-]+):([.\w]+):([^:}]+)\}/g

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
    const variables = Object.hasOwn(context.dependencies, component)
      ? context.dependencies[component]
      : undefined
    return variables === undefined ? undefined : lookUp(namespace, key, variables, context)
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
  if (namespace === 'artifacts' && key === 'path') return variables.artifactsPath
  if (namespace === 'artifacts' && key === 'decompressedPath') return variables.unarchivedPath
  if (namespace === 'work' && key === 'path') return variables.workPath
  if (namespace !== 'configuration') return undefined
  const value = resolvePointer(variables.configuration, key)
  return value === undefined ? undefined : spell(value, flavour)
}

const LIST_INDEX = /^(0|[1-9]\d*)$/

function resolvePointer(root: JsonObject, pointer: string): Json | undefined {
  if (!pointer.startsWith('/')) return undefined
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce<Json | undefined>((value, step) => {
    if (value === null || typeof value !== 'object') return undefined
    if (Array.isArray(value) && !LIST_INDEX.test(step)) return undefined
    return Object.hasOwn(value, step) ? (Reflect.get(value, step) as Json) : undefined
  }, root)
}

/** A leaf stands bare, a list or map as JSON. */
function spell(value: Json, flavour: FlavourName): string {
  if (typeof value === 'string') return value
  if (flavour === 'lite' && typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(16)
  return spellJson(value, foldCase)
}

/**
 * JSON with its keys in order: without regard to case as in the configuration, but by their characters inside a list,
 * which is a value as a whole. Written by hand, because an object of JavaScript puts numeric keys first.
 */
function spellJson(value: Json, orderOf: (key: string) => string): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => spellJson(item, asWritten)).join(',')}]`
  const members = Object.entries(value)
    .sort(([left], [right]) => compareText(orderOf(left), orderOf(right)))
    .flatMap(([key, item]) =>
      item === undefined ? [] : [`${JSON.stringify(key)}:${spellJson(item, orderOf)}`],
    )
  return `{${members.join(',')}}`
}

const foldCase = (key: string): string => key.toLowerCase()
const asWritten = (key: string): string => key
const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
