import { replaceFile } from '../configuration/persisted.ts'
import { toJson } from '../configuration/tree.ts'
import type { CoreIdentity } from '../deployments/groups/target.ts'
import type { Flavour } from '../flavour.ts'
import type { Layout } from '../layout.ts'
import type { PlannedComponent } from '../recipe/planned-component.ts'
import type { CoreState } from '../state/core-state.ts'

export interface EffectiveParts {
  readonly layout: Layout
  readonly flavour: Flavour
  readonly identity: CoreIdentity
}

/** What the core is and runs, for people, as a core writes it at launch, after deployments and at shutdown. */
export function writeEffectiveConfiguration(
  { components }: CoreState,
  planned: readonly PlannedComponent[],
  { layout, flavour, identity }: EffectiveParts,
): void {
  const configurationOf = (name: string): unknown => {
    const component = components.get(name)
    return component === undefined ? {} : toJson(component.configuration)
  }
  const services = planned.map(({ name, version, recipe, manifest }) => [
    name,
    {
      componentType: recipe.type.replace('aws.greengrass.', '').toUpperCase(),
      configuration: configurationOf(name),
      dependencies: recipe.dependencies.map((dependency) => `${dependency.name}:${dependency.type}`),
      lifecycle: manifest.lifecycle.steps,
      version,
    },
  ])
  const [own = ''] = flavour.ownComponents
  const core = [own, { configuration: configurationOf(own), version: flavour.version }]
  const effective = {
    system: { rootpath: layout.root, thingName: identity.thing },
    services: Object.fromEntries([...services, core]),
  }
  // JSON, which is YAML.
  replaceFile(layout.effectiveConfiguration, `${JSON.stringify(effective, null, 2)}\n`)
}
