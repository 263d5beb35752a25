import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import { malformedXml } from './errors.ts'

/** An element: text, or elements inside it; a list stands for one element after another of the same name. */
export type XmlValue = string | number | boolean | XmlElements | readonly XmlValue[]
export interface XmlElements {
  readonly [name: string]: XmlValue | undefined
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true })
const parser = new XMLParser({
  ignoreAttributes: true,
  // Keys and tags are text, also where they look like numbers.
  parseTagValue: false,
  trimValues: false,
})

/** A whole answer; errors alone have no namespace. */
export function xmlDocument(
  name: string,
  elements: XmlElements,
  options?: { readonly isError: true },
): string {
  const root = options?.isError ? elements : { '@xmlns': NAMESPACE, ...elements }
  return DECLARATION + builder.build({ [name]: root })
}

/**
 * The elements below the root of a request's body.
 * @throws S3Error `MalformedXML`, also where the root has another name
 */
export function readXml(body: Uint8Array, root: string): Record<string, unknown> {
  const text = Buffer.from(body).toString('utf8')
  if (XMLValidator.validate(text) !== true) throw malformedXml()
  const document: unknown = parser.parse(text)
  const value = fieldOf(document, root)
  if (value === '') return {}
  if (!isElements(value)) throw malformedXml()
  return value
}

/** The elements of one name, as a list also where there is one or none. */
export function elementsOf(parent: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = parent[name]
  const list: unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return list.map((item) => {
    if (!isElements(item)) throw malformedXml()
    return item
  })
}

/** The text of an element, or undefined where there is none. @throws S3Error where it holds elements */
export function textOf(parent: Record<string, unknown>, name: string): string | undefined {
  const value = parent[name]
  if (value === undefined || typeof value === 'string') return value
  throw malformedXml()
}

const fieldOf = (value: unknown, name: string): unknown => (isElements(value) ? value[name] : undefined)

const isElements = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
