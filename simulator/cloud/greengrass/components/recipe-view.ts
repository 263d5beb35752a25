import { fieldsOf, listOf, optionalFields } from '../../../nucleus/recipe/recipe-fields.ts'
import type { RecipeDocument } from './recipe-text.ts'

/** What the API tells of a recipe. */
export interface RecipeView {
  readonly publisher: string | undefined
  readonly description: string | undefined
  readonly platforms: readonly PlatformView[]
  /** Addresses of all artifacts, each once. */
  readonly artifactUris: readonly string[]
}

export interface PlatformView {
  readonly name?: string
  readonly attributes: Readonly<Record<string, string>>
}

/** @param document checked, so that lists are lists and maps are maps */
export function viewOf(document: RecipeDocument): RecipeView {
  const fields = fieldsOf({ path: '', value: document })
  const manifests = listOf(fields.get('Manifests')).map((manifest) => fieldsOf(manifest))
  const textOf = (key: string): string | undefined => {
    const { value } = fields.get(key)
    return typeof value === 'string' ? value : undefined
  }
  return {
    publisher: textOf('ComponentPublisher'),
    description: textOf('ComponentDescription'),
    platforms: manifests.map((manifest) => {
      const name = manifest.get('Name').value
      const platform = optionalFields(manifest.get('Platform'))
      const attributes = platform.keys.map((key) => [key, String(platform.get(key).value ?? '*')])
      return { ...(typeof name === 'string' ? { name } : {}), attributes: Object.fromEntries(attributes) }
    }),
    artifactUris: [
      ...new Set(manifests.flatMap((manifest) => artifactUrisOf(manifest.get('Artifacts').value))),
    ],
  }
}

const artifactUrisOf = (artifacts: unknown): string[] =>
  Array.isArray(artifacts) ? artifacts.flatMap((artifact) => uriOf(artifact) ?? []) : []

const uriOf = (artifact: unknown): string | undefined => {
  const { value } = fieldsOf({ path: '', value: artifact }).get('Uri')
  return typeof value === 'string' ? value : undefined
}

/**
 * Writes Digest and Algorithm beside every artifact that has one, whatever stood there before.
 * @param digests base64 by artifact address
 */
export function withDigests(document: RecipeDocument, digests: ReadonlyMap<string, string>): RecipeDocument {
  return replaceKey(document, 'manifests', (manifests) =>
    mapList(manifests, (manifest) =>
      replaceKey(manifest, 'artifacts', (artifacts) =>
        mapList(artifacts, (artifact) => {
          const digest = digests.get(uriOf(artifact) ?? '')
          if (digest === undefined) return artifact
          const rest = Object.entries(artifact).filter(([key]) => !/^(digest|algorithm)$/i.test(key))
          return { ...Object.fromEntries(rest), Digest: digest, Algorithm: 'SHA-256' }
        }),
      ),
    ),
  )
}

function replaceKey(
  map: RecipeDocument,
  lowerCaseKey: string,
  replace: (value: unknown) => unknown,
): RecipeDocument {
  const entries = Object.entries(map).map(([key, value]) =>
    key.toLowerCase() === lowerCaseKey ? [key, replace(value)] : [key, value],
  )
  return Object.fromEntries(entries)
}

const mapList = (value: unknown, replace: (item: RecipeDocument) => RecipeDocument): unknown =>
  Array.isArray(value) ? value.map(replace) : value
