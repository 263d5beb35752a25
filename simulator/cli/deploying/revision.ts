import type { ComponentDeploymentSpecification } from '@aws-sdk/client-greengrassv2'
import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import { CliError } from '../errors.ts'

/** The components of one revision of a target, as the control plane has them. */
export type Components = Readonly<Record<string, ComponentDeploymentSpecification>>

export interface RevisionChanges {
  /** Version by name. */
  readonly components: Readonly<Record<string, string>>
  readonly remove: readonly string[]
  readonly merge: Readonly<Record<string, JsonObject>>
  readonly reset: Readonly<Record<string, readonly string[]>>
}

/**
 * The next revision: everything of the latest one, and the changes. What it merges is kept, because a device that
 * joins later needs it; what it resets is not, because that has been done and would undo later changes.
 * @throws CliError `GENBA_USAGE` when a change names a component that would not be in it
 */
export function nextComponents(latest: Components, changes: RevisionChanges): Components {
  const kept = Object.entries(latest).filter(([name]) => !changes.remove.includes(name))
  const names = new Set([...kept.map(([name]) => name), ...Object.keys(changes.components)])
  checkNames(latest, names, changes)
  return Object.fromEntries(
    [...names].sort().map((name) => [name, nextSpecification(name, latest[name], changes)]),
  )
}

function checkNames(latest: Components, names: ReadonlySet<string>, changes: RevisionChanges): void {
  const gone = changes.remove.find((name) => latest[name] === undefined)
  if (gone !== undefined) throw notThere('--remove', gone, Object.keys(latest))
  for (const [option, of] of [
    ['--merge', changes.merge],
    ['--reset', changes.reset],
  ] as const) {
    const unknown = Object.keys(of).find((name) => !names.has(name))
    if (unknown !== undefined) throw notThere(option, unknown, [...names])
  }
}

const notThere = (where: string, received: string, names: readonly string[]): CliError =>
  new CliError('GENBA_USAGE', 'the deployment does not have this component', {
    where,
    expected: names.length === 0 ? 'nothing: the target has no deployment yet' : names.join(', '),
    received,
    mend: 'add it with: --component NAME=VERSION',
  })

function nextSpecification(
  name: string,
  before: ComponentDeploymentSpecification | undefined,
  changes: RevisionChanges,
): ComponentDeploymentSpecification {
  const reset = changes.reset[name] ?? []
  const carried = reset.reduce(without, parseMerge(before))
  const merge = deepMerge(carried, changes.merge[name] ?? {})
  const update = {
    ...(Object.keys(merge).length > 0 && { merge: JSON.stringify(merge) }),
    ...(reset.length > 0 && { reset: [...reset] }),
  }
  return {
    ...(before?.runWith !== undefined && { runWith: before.runWith }),
    componentVersion: changes.components[name] ?? before?.componentVersion,
    ...(Object.keys(update).length > 0 && { configurationUpdate: update }),
  }
}

const parseMerge = (before: ComponentDeploymentSpecification | undefined): JsonObject =>
  JSON.parse(before?.configurationUpdate?.merge ?? '{}') as JsonObject

const isMap = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Maps merge, everything else replaces: as a core does with them. */
export function deepMerge(under: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(under, key) ? under[key] : undefined
    return [key, isMap(below) && isMap(value) ? deepMerge(below, value) : value] as const
  })
  return { ...under, ...Object.fromEntries(entries) }
}

function without(value: JsonObject, pointer: string): JsonObject {
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return withoutPath(value, path)
}

function withoutPath(value: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  if (key === undefined) return {}
  const child = Object.hasOwn(value, key) ? value[key] : undefined
  if (child === undefined) return value
  const { [key]: _, ...others } = value
  if (rest.length === 0) return others
  return isMap(child) ? { ...others, [key]: withoutPath(child, rest) } : value
}

export interface RevisionDifference {
  readonly added: readonly { readonly name: string; readonly version: string }[]
  readonly removed: readonly { readonly name: string; readonly version: string }[]
  readonly changed: readonly {
    readonly name: string
    readonly from: string
    readonly to: string
    /** Whether what it merges or resets changes. */
    readonly configuration: boolean
  }[]
  readonly unchanged: number
}

export function differenceOf(before: Components, after: Components): RevisionDifference {
  const versionIn = (components: Components, name: string): string => components[name]?.componentVersion ?? ''
  const both = Object.keys(after).filter((name) => before[name] !== undefined)
  const changed = both
    .map((name) => ({
      name,
      from: versionIn(before, name),
      to: versionIn(after, name),
      configuration: changesConfiguration(before[name], after[name]),
    }))
    .filter(({ from, to, configuration }) => from !== to || configuration)
  const only = (these: Components, those: Components) =>
    Object.keys(these)
      .filter((name) => those[name] === undefined)
      .map((name) => ({ name, version: versionIn(these, name) }))
  return {
    added: only(after, before),
    removed: only(before, after),
    changed,
    unchanged: both.length - changed.length,
  }
}

/** A reset counts where it is asked for; that it was done before and is not done again changes nothing. */
const changesConfiguration = (
  before: ComponentDeploymentSpecification | undefined,
  after: ComponentDeploymentSpecification | undefined,
): boolean => mergeText(before) !== mergeText(after) || (after?.configurationUpdate?.reset ?? []).length > 0

const mergeText = (specification: ComponentDeploymentSpecification | undefined): string =>
  JSON.stringify(sorted(parseMerge(specification)))

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item) ?? null)
  if (!isMap(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]))
}

export const isSame = ({ added, removed, changed }: RevisionDifference): boolean =>
  added.length + removed.length + changed.length === 0

export function differenceText({ added, removed, changed, unchanged }: RevisionDifference): string {
  const lines = [
    ...added.map(({ name, version }) => `  + ${name} ${version}`),
    ...changed.map(({ name, from, to, configuration }) => {
      const version = from === to ? to : `${from} → ${to}`
      return `  ~ ${name} ${version}${configuration ? ', configuration' : ''}`
    }),
    ...removed.map(({ name, version }) => `  - ${name} ${version}`),
    `    ${unchanged} more as before`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}
