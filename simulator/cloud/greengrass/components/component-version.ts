import { compare } from 'semver'
import * as z from 'zod'
import { timestamp } from '../api/operation.ts'
import { type Account, componentArn, componentVersionArn, PUBLIC_ACCOUNT } from '../arn.ts'
import { RECIPE_FORMATS } from './recipe-text.ts'
import { viewOf } from './recipe-view.ts'

/** One version of a component, as the cloud keeps it. */
export const ComponentVersion = z.object({
  scope: z.enum(['PRIVATE', 'PUBLIC']),
  name: z.string(),
  version: z.string(),
  creationMs: z.number(),
  state: z.enum(['REQUESTED', 'DEPLOYABLE', 'FAILED']),
  message: z.string(),
  errors: z.record(z.string(), z.string()),
  format: z.enum(RECIPE_FORMATS),
  recipe: z.record(z.string(), z.unknown()),
  tags: z.record(z.string(), z.string()),
})
export type ComponentVersion = Readonly<z.output<typeof ComponentVersion>>
export type ComponentScope = ComponentVersion['scope']

/** Key of its record: of one name and scope beside each other. */
export const recordIdOf = ({ scope, name, version }: Pick<ComponentVersion, 'scope' | 'name' | 'version'>) =>
  `${scope}/${name}/${version}`

const ownerOf = ({ scope }: ComponentVersion, owner: Account): Account =>
  scope === 'PUBLIC' ? { ...owner, account: PUBLIC_ACCOUNT } : owner

export const arnOf = (component: ComponentVersion, owner: Account): string =>
  componentVersionArn(ownerOf(component, owner), component.name, component.version)

export const statusOf = ({ state, message, errors }: ComponentVersion) => ({
  componentState: state,
  message,
  errors,
  vendorGuidance: 'ACTIVE',
})

/** Descending by semantic version. */
export const newestVersionFirst = (left: ComponentVersion, right: ComponentVersion): number =>
  compare(right.version, left.version)

/** A component as lists show it: its name and its newest version. */
export function summaryOf(latest: ComponentVersion, owner: Account) {
  const { publisher, description, platforms } = viewOf(latest.recipe)
  return {
    arn: componentArn(ownerOf(latest, owner), latest.name),
    componentName: latest.name,
    latestVersion: {
      arn: arnOf(latest, owner),
      componentVersion: latest.version,
      creationTimestamp: timestamp(latest.creationMs),
      description,
      publisher,
      platforms,
    },
  }
}
