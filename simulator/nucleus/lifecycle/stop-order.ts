import type { Dependency } from '../recipe/recipe.ts'

interface Dependent {
  readonly name: string
  readonly dependencies: readonly Pick<Dependency, 'name'>[]
}

/** The order to stop in: those that need others before them, otherwise the latest first. */
export function dependentsFirst<Component extends Dependent>(components: readonly Component[]): Component[] {
  const byName = new Map(components.map((component) => [component.name, component]))
  const placed = new Set<Component>()
  const visited = new Set<string>()
  const place = (component: Component): void => {
    if (visited.has(component.name)) return
    visited.add(component.name)
    for (const { name } of component.dependencies) {
      const dependency = byName.get(name)
      if (dependency !== undefined) place(dependency)
    }
    placed.add(component)
  }
  for (const component of components) place(component)
  return [...placed].reverse()
}
