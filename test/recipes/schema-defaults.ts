import * as z from 'zod'

type Node = Readonly<Record<string, unknown>>

/** The default configuration of a schema, in the spelling a user would write, with every nested default filled in. */
export function schemaDefaults(schema: z.ZodType): unknown {
  const node: Node = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return fill({}, node)
}

function fill(value: unknown, node: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, asNode(node['items'])))
  if (value === null || typeof value !== 'object' || node['properties'] === undefined) return value
  const given: Node = { ...value }
  const entries = Object.entries(asNode(node['properties'])).flatMap(([key, property]) => {
    const child = asNode(property)
    const present = key in given ? given[key] : child['default']
    return present === undefined ? [] : [[key, fill(present, child)] as const]
  })
  return { ...given, ...Object.fromEntries(entries) }
}

const asNode = (value: unknown): Node => (typeof value === 'object' && value !== null ? { ...value } : {})
