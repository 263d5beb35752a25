import { invalid } from './errors.ts'
import type { Operation } from './operation.ts'

/** Operations by method and path, such as `GET /greengrass/v2/components/{arn}/artifacts/{artifactName+}`. */
export type OperationTable = Readonly<Record<string, Operation>>

export interface Route {
  readonly operation: Operation
  readonly labels: Readonly<Record<string, string>>
}

type Router = (method: string, path: string) => Route

interface Pattern {
  readonly method: string
  readonly expression: RegExp
  readonly names: readonly string[]
  readonly operation: Operation
}

/** Finds the operation of a request's method and raw path. */
export function createRouter(table: OperationTable): Router {
  const patterns = Object.entries(table).map(([route, operation]) => compile(route, operation))
  return (method, path) => {
    for (const pattern of patterns) {
      if (pattern.method !== method) continue
      const match = pattern.expression.exec(path)
      if (match === null) continue
      const labels = pattern.names.map((name, index) => [name, decode(match[index + 1] ?? '')])
      return { operation: pattern.operation, labels: Object.fromEntries(labels) }
    }
    throw invalid(`There is no operation ${method} ${path}`, [], 'UNKNOWN_OPERATION')
  }
}

/** A label is one part of the path, with its slashes encoded; a greedy one (`+`) is all the rest. */
function compile(route: string, operation: Operation): Pattern {
  const [method = '', path = ''] = route.split(' ')
  const names: string[] = []
  const source = path.replaceAll(/\{(\w+)(\+?)\}/g, (_match, name: string, greedy: string) => {
    names.push(name)
    return greedy === '+' ? '(.+)' : '([^/]+)'
  })
  return { method, expression: new RegExp(`^${source}/?$`), names, operation }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(`The path has a faulty escape: ${text}`, [], 'CANNOT_PARSE')
  }
}
