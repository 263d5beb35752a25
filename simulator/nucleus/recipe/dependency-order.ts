import { NucleusError } from '../errors.ts'
import type { Recipe } from './recipe.ts'
import { satisfies } from './version.ts'

type Deployed = Pick<Recipe, 'name' | 'version' | 'dependencies'>

/** Components that belong to the core itself: a recipe may ask for them, and nothing need be deployed. */
const OWN_COMPONENT = /^aws\.greengrass\.(Nucleus|NucleusLite)$/i

/**
 * Dependencies before those that need them; otherwise in the order given. Lite orders by SOFT dependencies too
 * (systemd's After), and so does this for both, which Java allows.
 * @throws NucleusError `GENBA_RECIPE_DEPENDENCY` on a missing or unsuitable HARD dependency, or a circle
 */
export function orderByDependency<Component extends Deployed>(components: readonly Component[]): Component[] {
  const byName = new Map(components.map((component) => [component.name, component]))
  const ordered = new Set<Component>()
  const place = (component: Component, trail: readonly string[]): void => {
    if (ordered.has(component)) return
    if (trail.includes(component.name)) throw circle([...trail, component.name])
    for (const dependency of component.dependencies) {
      const target = byName.get(dependency.name)
      if (target === undefined) {
        if (dependency.type === 'HARD' && !OWN_COMPONENT.test(dependency.name))
          throw missing(component, dependency)
        continue
      }
      if (!satisfies(target.version, dependency.range)) throw unsuitable(component, dependency, target)
      place(target, [...trail, component.name])
    }
    ordered.add(component)
  }
  for (const component of components) place(component, [])
  return [...ordered]
}

/** The same order for components that were deployed already: what does not fit together is no fault here. */
export function dependenciesFirst<Component extends Pick<Deployed, 'name' | 'dependencies'>>(
  components: readonly Component[],
): Component[] {
  const byName = new Map(components.map((component) => [component.name, component]))
  const placed = new Set<Component>()
  const ordered: Component[] = []
  const place = (component: Component): void => {
    if (placed.has(component)) return
    placed.add(component)
    for (const { name } of component.dependencies) {
      const target = byName.get(name)
      if (target !== undefined) place(target)
    }
    ordered.push(component)
  }
  for (const component of components) place(component)
  return ordered
}

type Wanted = Deployed['dependencies'][number]

function circle(trail: readonly string[]): NucleusError {
  return new NucleusError('GENBA_RECIPE_DEPENDENCY', 'components depend on each other in a circle', [
    { where: trail.join(' → '), mend: 'remove one of these dependencies, or make it none' },
  ])
}

function missing(component: Deployed, wanted: Wanted): NucleusError {
  return new NucleusError('GENBA_RECIPE_DEPENDENCY', 'a component that another needs is not deployed', [
    {
      where: `ComponentDependencies of ${component.name}`,
      expected: `${wanted.name} ${wanted.range}`,
      received: 'nothing',
      mend: `deploy ${wanted.name} too, or make the dependency SOFT`,
    },
  ])
}

function unsuitable(component: Deployed, wanted: Wanted, target: Deployed): NucleusError {
  return new NucleusError('GENBA_RECIPE_DEPENDENCY', 'a deployed component has the wrong version', [
    {
      where: `ComponentDependencies of ${component.name}`,
      expected: `${wanted.name} ${wanted.range}`,
      received: `${target.name} ${target.version}`,
    },
  ])
}
