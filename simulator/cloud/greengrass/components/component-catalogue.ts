import type { RecordFolder } from '../../disk/record-folder.ts'
import { conflict, invalid, notFound } from '../api/errors.ts'
import { type Account, readComponentArn } from '../arn.ts'
import { type ArtifactPlace, type Artifacts, PUBLIC_BUCKET, placeOf, publicArtifactKey } from './artifacts.ts'
import {
  type ComponentScope,
  type ComponentVersion,
  newestVersionFirst,
  recordIdOf,
} from './component-version.ts'
import { readRecipe } from './recipe-text.ts'
import { viewOf, withDigests } from './recipe-view.ts'

/** All component versions that the account can see, and how a new one becomes deployable. */
export class ComponentCatalogue {
  readonly #records: RecordFolder<ComponentVersion>
  readonly #artifacts: Artifacts
  readonly #owner: Account
  readonly #nowMs: () => number
  readonly #underWay = new Set<Promise<void>>()

  constructor(
    records: RecordFolder<ComponentVersion>,
    artifacts: Artifacts,
    owner: Account,
    nowMs: () => number,
  ) {
    this.#records = records
    this.#artifacts = artifacts
    this.#owner = owner
    this.#nowMs = nowMs
    for (const component of records.values())
      if (component.state === 'REQUESTED') this.#finishLater(component)
  }

  /** Versions of one scope, or of both. */
  list(scope?: ComponentScope): ComponentVersion[] {
    return this.#records.values().filter((component) => scope === undefined || component.scope === scope)
  }

  /** Newest first. */
  versionsOf(name: string, scope: ComponentScope): ComponentVersion[] {
    return this.list(scope)
      .filter((component) => component.name === name)
      .sort(newestVersionFirst)
  }

  /** @throws ApiError where the ARN names no version that is there */
  byArn(arn: string): ComponentVersion {
    const { isPublic, name, version } = readComponentArn(arn, this.#owner)
    if (version === undefined) {
      throw invalid(`The ARN names no version: ${arn}`, [
        { name: 'arn', message: 'Must end with :versions:VERSION' },
      ])
    }
    const component = this.#records.get(recordIdOf({ scope: isPublic ? 'PUBLIC' : 'PRIVATE', name, version }))
    if (component === undefined) {
      throw notFound(
        `Component [${name}:${version}] for account [${this.#owner.account}] does not exist`,
        'component',
        arn,
      )
    }
    return component
  }

  /**
   * Takes a recipe. Artifacts must be there at once; their digests are computed afterwards.
   * @returns the component in state REQUESTED
   * @throws ApiError where the recipe is faulty, an artifact cannot be read, or the version exists
   */
  async request(
    recipeText: string,
    tags: Readonly<Record<string, string>>,
    scope: ComponentScope,
  ): Promise<ComponentVersion> {
    const { format, document, recipe } = readRecipe(recipeText)
    const { name, version } = recipe
    const component: ComponentVersion = {
      scope,
      name,
      version,
      creationMs: this.#nowMs(),
      state: 'REQUESTED',
      message: 'NONE',
      errors: {},
      format,
      recipe: document,
      tags,
    }
    const missing = viewOf(document).artifactUris.filter((uri) => {
      const place = this.placeOf(component, uri)
      return place !== undefined && !this.#artifacts.exists(place)
    })
    if (missing.length > 0) {
      const faults = missing.map((uri) => `${uri} = Specified artifact resource cannot be accessed`)
      throw invalid(`Invalid Input: Encountered following errors in Artifacts: {${faults.join(', ')}}`)
    }
    await this.#records.change(recordIdOf(component), (current) => {
      if (current !== undefined) throw this.#exists(current)
      return component
    })
    this.#finishLater(component)
    return component
  }

  async setTags(component: ComponentVersion, tags: ComponentVersion['tags']): Promise<void> {
    await this.#records.change(recordIdOf(component), (current) => current && { ...current, tags })
  }

  async delete(component: ComponentVersion): Promise<void> {
    await this.#records.delete(recordIdOf(component))
  }

  /** Where an artifact of a component lies; undefined for a container image. */
  placeOf({ scope, name, version }: ComponentVersion, uri: string): ArtifactPlace | undefined {
    const artifact = /^greengrass:(.+)$/is.exec(uri)?.[1]
    if (artifact === undefined) return placeOf(uri)
    // A private component has no artifacts with the service: the object is one that never exists.
    const prefix = scope === 'PUBLIC' ? name : `${this.#owner.account}/${name}`
    return { bucket: PUBLIC_BUCKET, key: publicArtifactKey(prefix, version, artifact) }
  }

  presign(place: ArtifactPlace): Promise<string> {
    return this.#artifacts.presign(place)
  }

  /** Resolves when no component is REQUESTED any more. */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  #exists({ name, version, state }: ComponentVersion) {
    const { account } = this.#owner
    return conflict(
      `Component [${name} : ${version}] for account [${account}] already exists with state: [${state}]`,
      'component',
      `${name}:${version}`,
    )
  }

  #finishLater(component: ComponentVersion): void {
    const finishing = this.#finish(component).finally(() => this.#underWay.delete(finishing))
    this.#underWay.add(finishing)
  }

  async #finish(component: ComponentVersion): Promise<void> {
    const digests = new Map<string, string>()
    const errors: Record<string, string> = {}
    for (const uri of viewOf(component.recipe).artifactUris) {
      const place = this.placeOf(component, uri)
      if (place === undefined) continue
      try {
        digests.set(uri, await this.#artifacts.digest(place))
      } catch (error) {
        errors[uri] = `The artifact cannot be read: ${error instanceof Error ? error.message : error}`
      }
    }
    const hasFailed = Object.keys(errors).length > 0
    await this.#records.change(
      recordIdOf(component),
      (current) =>
        // Deleted meanwhile: it stays so.
        current && {
          ...current,
          state: hasFailed ? 'FAILED' : 'DEPLOYABLE',
          message: hasFailed ? 'Artifacts cannot be read' : 'NONE',
          errors,
          recipe: hasFailed ? current.recipe : withDigests(current.recipe, digests),
        },
    )
  }
}
