import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Deployment } from '../nucleus/deployment.ts'

/** Where the build has put things. */
export interface Installation {
  readonly dist: string
  readonly recipes: string
  readonly version: string
}

/** Configuration by component name, merged over the defaults of its recipe. */
export type Configurations = Readonly<Record<string, JsonObject>>

/** One deployment of the whole gateway: every recipe of the project, with the bundles it names. */
export function deploymentsOf(
  { dist, recipes }: Installation,
  configurations: Configurations,
): readonly Deployment[] {
  return componentNames({ recipes }).map((name) => {
    const recipe: unknown = JSON.parse(readFileSync(join(recipes, `${name}.json`), 'utf8'))
    const configuration = configurations[name]
    // As a core has them after unpacking the archives, so that nothing is zipped for a simulated one.
    const artifactsDir = join(dist, 'unarchived', name)
    return { recipe, artifactsDir, ...(configuration === undefined ? {} : { configuration }) }
  })
}

/** Names of all components, from their recipes. */
export const componentNames = ({ recipes }: Pick<Installation, 'recipes'>): string[] =>
  readdirSync(recipes)
    .filter((file) => /^genba\.\w+\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
