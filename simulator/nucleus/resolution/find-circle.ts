import type { ComponentVersion } from './component-version.ts'

/**
 * A circle of dependencies, HARD or SOFT, that can be reached from the roots: its components in order, the first again
 * at the end. Undefined where there is none.
 */
export function findCircle(
  roots: readonly string[],
  components: ReadonlyMap<string, ComponentVersion>,
): readonly string[] | undefined {
  const done = new Set<string>()
  const search = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    const start = trail.indexOf(name)
    if (start >= 0) return [...trail.slice(start), name]
    if (done.has(name)) return undefined
    const dependencies = components.get(name)?.dependencies ?? []
    const found = firstOf(dependencies, (dependency) => search(dependency.name, [...trail, name]))
    done.add(name)
    return found
  }
  return firstOf(roots, (root) => search(root, []))
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
