import { type RecipeLifecycle, STEP_NAMES, STEP_TIMEOUT_S, type Step, type StepName } from './recipe.ts'
import {
  type Field,
  type Fields,
  fieldsOf,
  isAbsent,
  optionalFields,
  optionalList,
  RecipeFault,
  scalarOf,
  textOf,
} from './recipe-fields.ts'

const SKIPIF = /^!?\s*(onpath|exists)\s+\S+/i

interface LifecycleOptions {
  /** False for plugins, which run inside the nucleus: their steps need no script. */
  readonly needsScript: boolean
}

/** @throws RecipeFault where the lifecycle is not what the published schema of recipes allows */
export function parseLifecycle(field: Field, options: LifecycleOptions): RecipeLifecycle {
  const fields = optionalFields(field)
  const steps: Partial<Record<StepName, Step>> = {}
  for (const name of STEP_NAMES) {
    const step = fields.get(name)
    const parsed = isAbsent(step) ? undefined : parseStep(name, step, options)
    if (parsed === undefined) continue
    const spelling = step.path.slice(step.path.lastIndexOf('/') + 1)
    steps[name] = { ...parsed, ...(spelling === name ? {} : { spelling }) }
  }
  return { setenv: parseSetenv(fields), steps }
}

/**
 * The lifecycle that all manifests share is keyed by selection, or has its steps at once. The first selection of the
 * manifest that has an entry counts, then `all`.
 */
export function selectLifecycle(shared: Field, selections: Field): Field {
  const fields = optionalFields(shared)
  const wanted = [...optionalList(selections).map((item) => textOf(item)), 'all']
  const selected = wanted.map((name) => fields.get(name)).find(({ value }) => value !== undefined)
  return selected ?? shared
}

/** Checks the lifecycle that all manifests share, which may be used by none of them. */
export function checkSharedLifecycle(shared: Field, options: LifecycleOptions): void {
  const fields = optionalFields(shared)
  const isSelections = fields.keys.every((key) => isMap(fields.get(key).value))
  if (!isSelections) parseLifecycle(shared, options)
}

const isMap = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function parseStep(name: StepName, field: Field, { needsScript }: LifecycleOptions): Step | undefined {
  const defaultS = STEP_TIMEOUT_S[name]
  const defaultMs = defaultS === null ? null : defaultS * 1000
  if (typeof field.value === 'string') return { script: field.value, timeoutMs: defaultMs, setenv: {} }
  const fields = fieldsOf(field)
  const skipif = fields.get('Skipif')
  if (!isAbsent(skipif) && !SKIPIF.test(textOf(skipif))) {
    throw new RecipeFault(skipif, '`onpath PROGRAM` or `exists FILE`')
  }
  const privilege = fields.get('RequiresPrivilege')
  checkPrivilege(privilege)
  const step = {
    timeoutMs: parseTimeoutMs(fields.get('Timeout')) ?? defaultMs,
    setenv: parseSetenv(fields),
    ...(isAbsent(skipif) ? {} : { skipif: textOf(skipif).trim() }),
    ...(isTrue(privilege) ? { requiresPrivilege: true } : {}),
    ...(isTrue(fields.get('BootstrapOnRollback')) ? { bootstrapOnRollback: true } : {}),
  }
  const { value: script } = fields.get('Script')
  if (script === undefined && !needsScript) return undefined
  if (typeof script !== 'string') throw new RecipeFault(fields.get('Script'), 'a shell script')
  return { ...step, script }
}

/** A boolean; as text where the recipe was YAML on nucleus lite. */
const isTrue = ({ value }: Field): boolean =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true')

function checkPrivilege(field: Field): void {
  if (isAbsent(field) || typeof field.value === 'boolean' || typeof field.value === 'string') return
  throw new RecipeFault(field, 'true or false')
}

/** Seconds, or text, as YAML becomes on nucleus lite. What says no time leaves the step its default. */
function parseTimeoutMs(field: Field): number | undefined {
  if (isAbsent(field)) return undefined
  const { value } = field
  if (typeof value !== 'string' && !Number.isInteger(value))
    throw new RecipeFault(field, 'a number of seconds')
  const seconds = Number(value)
  return seconds > 0 ? seconds * 1000 : undefined
}

/** Text in the place of the map is allowed by the schema, and sets nothing. */
function parseSetenv(fields: Fields): Record<string, string> {
  const field = fields.get('Setenv')
  if (typeof field.value === 'string') return {}
  const setenv = optionalFields(field)
  return Object.fromEntries(setenv.keys.map((key) => [key, scalarOf(setenv.get(key))]))
}
