/** `$$`, `$3` or `${driver}`; a lone dollar sign is none of them. */
const PART = /\$(?:(\$)|([1-9]\d?)|\{([^{}$]+)\})/g

/** Whether a text takes something of the tag: a constant would make one person of all. */
export function isSubjectTemplate(text: string): boolean {
  const parts = [...text.matchAll(PART)]
  const rest = text.replaceAll(PART, '')
  return !rest.includes('$') && parts.some(([, dollar]) => dollar === undefined)
}

/**
 * Whom data is about: a law class's `subject` with the levels of the tag (`$1` is the first) and its attributes put in.
 *
 * @returns undefined when the tag has no such level or attribute: the data is then about nobody known
 */
export function subjectOf(
  template: string,
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
): string | undefined {
  const levels = tag.split('/')
  let isComplete = true
  const subject = template.replace(PART, (_, dollar?: string, level?: string, attribute?: string) => {
    if (dollar !== undefined) return '$'
    const value = level === undefined ? ownValue(attributes, attribute ?? '') : levels[Number(level) - 1]
    if (value === undefined || value === '') isComplete = false
    return value ?? ''
  })
  return isComplete ? subject : undefined
}

const ownValue = (values: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(values, key) ? values[key] : undefined
