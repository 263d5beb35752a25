import type { JsonObject } from '../../../shared/bytes/json.ts'
import { NucleusError } from '../errors.ts'
import { parseLifecycle } from './parse-lifecycle.ts'
import type { Artifact, Dependency, Manifest, Recipe } from './recipe.ts'
import {
  type Field,
  type Fields,
  fieldsOf,
  listOf,
  optionalFields,
  RecipeFault,
  textOf,
} from './recipe-fields.ts'
import { isVersion, isVersionRange } from './version.ts'

/** GDK refuses to publish more, and CreateComponentVersion to take it. */
const RECIPE_BYTES_MAX = 16_000
const NAME_PATTERN = /^[a-zA-Z0-9\-_.]{1,128}$/
const TYPES = ['generic', 'lambda', 'plugin', 'nucleus'].map((type) => `aws.greengrass.${type}`)
const ARTIFACT_SCHEMES = /^(s3:\/\/[^/]+\/.+|greengrass:.+|docker:.+)$/i

/**
 * Reads a recipe as the Java nucleus does: keys and enumerated values in any case, unknown keys ignored.
 * @param origin where the recipe comes from, for the error
 * @throws NucleusError `GENBA_RECIPE_INVALID` naming the faulty place as a JSON pointer
 */
export function parseRecipe(document: unknown, origin: string): Recipe {
  try {
    return readRecipe({ path: '', value: document })
  } catch (error) {
    if (!(error instanceof RecipeFault)) throw error
    const issue = { ...error.issue, where: `${origin} ${error.issue.where}` }
    throw new NucleusError('GENBA_RECIPE_INVALID', 'a recipe is refused', [issue])
  }
}

function readRecipe(document: Field): Recipe {
  const fields = fieldsOf(document)
  const sizeBytes = Buffer.byteLength(JSON.stringify(document.value))
  if (sizeBytes > RECIPE_BYTES_MAX) {
    throw new RecipeFault({ path: '', value: `${sizeBytes} bytes` }, `at most ${RECIPE_BYTES_MAX} bytes`)
  }
  const format = fields.get('RecipeFormatVersion')
  if (format.value !== '2020-01-25') throw new RecipeFault(format, '"2020-01-25"')
  const type = fields.get('ComponentType')
  return {
    name: readName(fields.get('ComponentName')),
    version: readVersion(fields.get('ComponentVersion')),
    type: type.value === undefined ? 'aws.greengrass.generic' : readEnum(type, TYPES),
    defaultConfiguration: readConfiguration(optionalFields(fields.get('ComponentConfiguration'))),
    dependencies: readDependencies(fields.get('ComponentDependencies')),
    manifests: readManifests(fields.get('Manifests'), fields.get('Lifecycle')),
  }
}

function readName(field: Field): string {
  const expected = 'a name of 1 to 128 letters, digits, dots, dashes and underscores'
  const name = textOf(field, expected)
  if (!NAME_PATTERN.test(name)) throw new RecipeFault(field, expected)
  return name
}

function readVersion(field: Field): string {
  const expected = 'a semantic version such as 1.0.0, at most 64 characters, each number at most 999999'
  const version = textOf(field, expected)
  if (!isVersion(version)) throw new RecipeFault(field, expected)
  return version
}

function readEnum(field: Field, values: readonly string[]): string {
  const text = textOf(field, `one of ${values.join(', ')}`)
  const value = values.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (value === undefined) throw new RecipeFault(field, `one of ${values.join(', ')}`)
  return value
}

function readConfiguration(fields: Fields): JsonObject {
  const defaults = fields.get('DefaultConfiguration')
  optionalFields(defaults)
  return structuredClone((defaults.value ?? {}) as JsonObject)
}

function readDependencies(field: Field): Dependency[] {
  const fields = optionalFields(field)
  return fields.keys.map((name) => {
    const parts = fieldsOf(fields.get(name))
    const requirement = parts.get('VersionRequirement')
    const range = textOf(requirement, 'a version range such as ^1.0.0')
    if (!isVersionRange(range)) throw new RecipeFault(requirement, 'a version range such as ^1.0.0')
    const type = parts.get('DependencyType')
    const kind = type.value === undefined ? 'HARD' : readEnum(type, ['HARD', 'SOFT'])
    return { name, range, type: kind === 'SOFT' ? 'SOFT' : 'HARD' }
  })
}

function readManifests(field: Field, globalLifecycle: Field): Manifest[] {
  const manifests = listOf(field).map((manifest) => readManifest(fieldsOf(manifest), globalLifecycle))
  if (manifests.length === 0) throw new RecipeFault(field, 'at least one manifest')
  return manifests
}

function readManifest(fields: Fields, globalLifecycle: Field): Manifest {
  const name = fields.get('Name').value
  const own = parseLifecycle(fields.get('Lifecycle'))
  const isEmpty = Object.keys(own.steps).length === 0
  return {
    name: typeof name === 'string' ? name : undefined,
    platform: readPlatform(fields.get('Platform')),
    lifecycle: isEmpty ? parseLifecycle(selectLifecycle(globalLifecycle, fields.get('Selections'))) : own,
    artifacts: readList(fields.get('Artifacts')).map((artifact) => readArtifact(fieldsOf(artifact))),
  }
}

const readList = (field: Field): Field[] =>
  field.value === undefined || field.value === null ? [] : listOf(field)

function readArtifact(fields: Fields): Artifact {
  const uri = fields.get('Uri')
  const expected = 'an address such as s3://BUCKET/KEY'
  const address = textOf(uri, expected)
  if (!ARTIFACT_SCHEMES.test(address)) throw new RecipeFault(uri, expected)
  const unarchive = fields.get('Unarchive')
  const kind = unarchive.value === undefined ? 'NONE' : readEnum(unarchive, ['NONE', 'ZIP'])
  const digest = optionalText(fields.get('Digest'))
  const algorithm = optionalText(fields.get('Algorithm'))
  return {
    uri: address,
    unarchive: kind === 'ZIP' ? 'ZIP' : 'NONE',
    isExecutable: readIsExecutable(optionalFields(fields.get('Permission'))),
    ...(digest === undefined ? {} : { digest }),
    ...(algorithm === undefined ? {} : { algorithm }),
  }
}

function readIsExecutable(permission: Fields): boolean {
  const execute = permission.get('Execute')
  return execute.value !== undefined && readEnum(execute, ['NONE', 'OWNER', 'ALL']) !== 'NONE'
}

const optionalText = (field: Field): string | undefined =>
  field.value === undefined || field.value === null ? undefined : textOf(field)

function readPlatform(field: Field): Record<string, string | null> {
  const fields = optionalFields(field)
  return Object.fromEntries(
    fields.keys.map((key) => {
      const item = fields.get(key)
      if (item.value !== null && typeof item.value !== 'string') throw new RecipeFault(item, 'text')
      return [key, item.value]
    }),
  )
}

/** The global lifecycle is keyed by selection; the first selection of the manifest that has an entry counts. */
function selectLifecycle(field: Field, selections: Field): Field {
  const fields = optionalFields(field)
  const wanted = [...readList(selections).map((item) => textOf(item)), 'all']
  const selected = wanted.map((name) => fields.get(name)).find(({ value }) => value !== undefined)
  return selected ?? field
}
