/** Keys and indexes from the root of a value to a part of it. */
export type ValuePath = readonly PropertyKey[]

/** Spells a path as one would write it: `sources[1].frame.maxAge`; the root is `(configuration)`. */
export function formatPath(path: ValuePath): string {
  const text = path.reduce<string>((spelt, step) => {
    if (typeof step === 'number') return `${spelt}[${step}]`
    const key = String(step)
    if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${spelt}[${JSON.stringify(key)}]`
    return spelt === '' ? key : `${spelt}.${key}`
  }, '')
  return text === '' ? '(configuration)' : text
}
