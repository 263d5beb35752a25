import type { JsonObject } from '../../../shared/bytes/json.ts'
import { NucleusError } from '../errors.ts'
import { parseArtifacts } from './parse-artifact.ts'
import { checkSharedLifecycle, parseLifecycle, selectLifecycle } from './parse-lifecycle.ts'
import type { Dependency, Manifest, Recipe } from './recipe.ts'
import {
  enumOf,
  type Field,
  type Fields,
  fieldsOf,
  isAbsent,
  listOf,
  optionalFields,
  RecipeFault,
  textOf,
} from './recipe-fields.ts'
import { isVersion, isVersionRange } from './version.ts'

/** GDK refuses to publish more, and CreateComponentVersion to take it. */
const RECIPE_BYTES_MAX = 16_000
const NAME_PATTERN = /^[a-zA-Z0-9\-_.]{1,128}$/
const GENERIC = 'aws.greengrass.generic'
const PLUGIN = 'aws.greengrass.plugin'
const TYPES = [GENERIC, 'aws.greengrass.lambda', PLUGIN, 'aws.greengrass.nucleus']

/**
 * Reads a recipe as the Java nucleus does: keys and enumerated values in any case, unknown keys ignored.
 * @param origin where the recipe comes from, for the error
 * @throws NucleusError `GENBA_RECIPE_INVALID` naming the faulty place as a JSON pointer
 */
export function parseRecipe(document: unknown, origin: string): Recipe {
  try {
    return readRecipe(document)
  } catch (error) {
    if (!(error instanceof RecipeFault)) throw error
    const issue = { ...error.issue, where: `${origin} ${error.issue.where}` }
    throw new NucleusError('GENBA_RECIPE_INVALID', 'a recipe is refused', [issue])
  }
}

/** @throws RecipeFault */
export function readRecipe(recipe: unknown): Recipe {
  const document = { path: '', value: recipe }
  const fields = fieldsOf(document)
  const sizeBytes = Buffer.byteLength(JSON.stringify(recipe))
  if (sizeBytes > RECIPE_BYTES_MAX) {
    throw new RecipeFault({ path: '', value: `${sizeBytes} bytes` }, `at most ${RECIPE_BYTES_MAX} bytes`)
  }
  const format = fields.get('RecipeFormatVersion')
  if (format.value !== '2020-01-25') throw new RecipeFault(format, '"2020-01-25"')
  const type = fields.get('ComponentType')
  const kind = isAbsent(type) ? GENERIC : enumOf(type, TYPES)
  return {
    name: readName(fields.get('ComponentName')),
    version: readVersion(fields.get('ComponentVersion')),
    type: kind,
    defaultConfiguration: readConfiguration(optionalFields(fields.get('ComponentConfiguration'))),
    dependencies: readDependencies(fields.get('ComponentDependencies')),
    manifests: readManifests(fields, { needsScript: kind !== PLUGIN }),
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

function readConfiguration(fields: Fields): JsonObject {
  const defaults = fields.get('DefaultConfiguration')
  optionalFields(defaults)
  return structuredClone((defaults.value ?? {}) as JsonObject)
}

function readDependencies(field: Field): Dependency[] {
  const fields = optionalFields(field)
  return fields.keys.map((name) => {
    const parts = fieldsOf(fields.get(name))
    const type = parts.get('DependencyType')
    return {
      name,
      range: readRange(parts.get('VersionRequirement')),
      type: isAbsent(type) ? 'HARD' : enumOf(type, ['HARD', 'SOFT']),
    }
  })
}

/** The empty text means any version, as npm has it. */
function readRange(field: Field): string {
  const { value: range } = field
  if (typeof range === 'string' && isVersionRange(range)) return range
  throw new RecipeFault(field, 'a version range such as ^1.0.0')
}

type LifecycleOptions = Parameters<typeof parseLifecycle>[1]

function readManifests(recipe: Fields, options: LifecycleOptions): Manifest[] {
  const field = recipe.get('Manifests')
  const shared = recipe.get('Lifecycle')
  const manifests = listOf(field).map((manifest) => readManifest(fieldsOf(manifest), shared, options))
  if (manifests.length === 0) throw new RecipeFault(field, 'at least one manifest')
  checkSharedLifecycle(shared, options)
  return manifests
}

function readManifest(fields: Fields, shared: Field, options: LifecycleOptions): Manifest {
  const name = fields.get('Name').value
  const own = parseLifecycle(fields.get('Lifecycle'), options)
  const isEmpty = Object.keys(own.steps).length === 0
  return {
    name: typeof name === 'string' ? name : undefined,
    platform: readPlatform(fields.get('Platform')),
    lifecycle: isEmpty ? parseLifecycle(selectLifecycle(shared, fields.get('Selections')), options) : own,
    artifacts: parseArtifacts(fields.get('Artifacts')),
  }
}

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
