/** Decides by the thing name of a client device whether it belongs to a group. */
export type SelectionRule = (thingName: string) => boolean

/** `thingName: NAME`, the name with a star at one end, at both, or alone; a colon in it is escaped. */
const CLAUSE = /^thingName:\s*(\*?)((?:[a-zA-Z0-9_-]|\\:)*)(\*?)$/

/**
 * Reads the rule of a group of `aws.greengrass.clientdevices.Auth`: clauses joined by AND and OR, of which AND binds
 * tighter; there are no parentheses and no other selectors.
 * @returns undefined when the rule is none
 */
export function readSelectionRule(text: string): SelectionRule | undefined {
  const alternatives = text
    .trim()
    .split(/\s+OR\s+/)
    .map((alternative) => alternative.split(/\s+AND\s+/).map(readClause))
  const isSound = alternatives.every((clauses) => clauses.every((clause) => clause !== undefined))
  if (!isSound) return undefined
  return (thingName) => alternatives.some((clauses) => clauses.every((fits) => fits?.(thingName)))
}

function readClause(text: string): SelectionRule | undefined {
  const match = CLAUSE.exec(text.trim())
  if (match === null) return undefined
  const [, before = '', escaped = '', after = ''] = match
  const name = escaped.replaceAll('\\:', ':')
  if (before === '' && after === '') return name === '' ? undefined : (thingName) => thingName === name
  if (before === '') return (thingName) => thingName.startsWith(name)
  return (thingName) => (after === '' ? thingName.endsWith(name) : thingName.includes(name))
}
