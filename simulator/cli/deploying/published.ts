import { basename } from 'node:path'
import type { PackageRecipe } from './package-folder.ts'

/** A part of a recipe that is not what was published under the same version. */
export interface RecipeChange {
  /** `Collector.zip`, or a JSON pointer into the recipe. */
  readonly where: string
  readonly expected: string
  readonly received: string
}

/** Set by the service, or by where one publishes to. */
const PLACE_KEYS: ReadonlySet<string> = new Set(['uri', 'digest', 'algorithm'])

/**
 * What differs between a built recipe and the published one of the same version: artifacts by digest, and everything
 * else that the built one says. What the service has filled in is no difference.
 */
export function changesSincePublished(built: PackageRecipe, published: unknown): readonly RecipeChange[] {
  const there = digestsIn(published)
  const digests = [...digestsIn(built)].flatMap(([file, digest]) =>
    there.get(file) === digest
      ? []
      : [{ where: file, expected: there.get(file) ?? 'no such artifact', received: digest }],
  )
  return [...digests, ...partsMissing(built, published, '')]
}

/** Digest by file name, wherever artifacts are listed. */
function digestsIn(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return
    const uri = member(node, 'uri')
    const digest = member(node, 'digest')
    if (typeof uri === 'string' && typeof digest === 'string') found.set(basename(uri), digest)
    for (const child of Object.values(node)) visit(child)
  }
  visit(value)
  return found
}

/** Keys of a recipe count without regard to case. */
const member = (node: object, key: string): unknown =>
  Object.entries(node).find(([name]) => name.toLowerCase() === key)?.[1]

function partsMissing(built: unknown, published: unknown, where: string): readonly RecipeChange[] {
  if (built !== null && typeof built === 'object') {
    const there = published !== null && typeof published === 'object' ? published : {}
    const isLonger = Array.isArray(built) && (!Array.isArray(there) || there.length !== built.length)
    if (isLonger) return [differing(built, published, where)]
    return Object.entries(built).flatMap(([key, value]) =>
      PLACE_KEYS.has(key.toLowerCase())
        ? []
        : partsMissing(value, member(there, key.toLowerCase()), `${where}/${key}`),
    )
  }
  return built === published ? [] : [differing(built, published, where)]
}

const differing = (built: unknown, published: unknown, where: string): RecipeChange => ({
  where,
  expected: JSON.stringify(published) ?? 'nothing',
  received: JSON.stringify(built) ?? 'nothing',
})
