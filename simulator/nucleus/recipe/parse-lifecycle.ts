import { type RecipeLifecycle, STEP_NAMES, STEP_TIMEOUT_S, type Step, type StepName } from './recipe.ts'
import { type Field, type Fields, fieldsOf, optionalFields, RecipeFault, textOf } from './recipe-fields.ts'

const SKIPIF = /^!?\s*(onpath|exists)\s+\S+/i

export function parseLifecycle(field: Field): RecipeLifecycle {
  const fields = optionalFields(field)
  const steps: Partial<Record<StepName, Step>> = {}
  for (const name of STEP_NAMES) {
    const step = fields.get(name)
    if (step.value === undefined || step.value === null) continue
    const spelling = step.path.slice(step.path.lastIndexOf('/') + 1)
    steps[name] = { ...parseStep(name, step), ...(spelling === name ? {} : { spelling }) }
  }
  return { setenv: parseSetenv(fields), steps }
}

function parseStep(name: StepName, field: Field): Step {
  const defaultS = STEP_TIMEOUT_S[name]
  const defaultMs = defaultS === null ? null : defaultS * 1000
  if (typeof field.value === 'string') return { script: field.value, timeoutMs: defaultMs, setenv: {} }
  const fields = fieldsOf(field)
  const skipif = fields.get('Skipif')
  if (skipif.value !== undefined && !SKIPIF.test(textOf(skipif))) {
    throw new RecipeFault(skipif, '`onpath PROGRAM` or `exists FILE`')
  }
  return {
    script: textOf(fields.get('Script'), 'a shell script'),
    timeoutMs: parseTimeoutMs(fields.get('Timeout')) ?? defaultMs,
    setenv: parseSetenv(fields),
    ...(skipif.value === undefined ? {} : { skipif: textOf(skipif).trim() }),
    ...(parseFlag(fields.get('RequiresPrivilege')) ? { requiresPrivilege: true } : {}),
  }
}

/** A boolean; as text where the recipe was YAML on nucleus lite. */
function parseFlag({ value }: Field): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true')
}

/** Seconds; as text where the recipe was YAML on nucleus lite. */
function parseTimeoutMs(field: Field): number | undefined {
  if (field.value === undefined) return undefined
  const seconds = typeof field.value === 'boolean' ? Number.NaN : Number(field.value)
  if (!(seconds > 0)) throw new RecipeFault(field, 'a number of seconds')
  return seconds * 1000
}

function parseSetenv(fields: Fields): Record<string, string> {
  const setenv = optionalFields(fields.get('Setenv'))
  return Object.fromEntries(
    setenv.keys.map((key) => {
      const item = setenv.get(key)
      if (item.value === null || typeof item.value === 'object') throw new RecipeFault(item, 'text')
      return [key, String(item.value)]
    }),
  )
}
