import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'

/**
 * Fills `greengrass-build/` as `gdk component build` expects of a custom build: the recipe, and a folder for the
 * artifacts of this one component, which stays empty because genba.Gateway only depends on the others.
 */
export function buildForGdk() {
  const { component } = JSON.parse(readFileSync(join(ROOT, 'gdk-config.json'), 'utf8'))
  const target = join(ROOT, 'greengrass-build')
  rmSync(target, { recursive: true, force: true })
  for (const [name, { version }] of Object.entries(component)) {
    mkdirSync(join(target, 'recipes'), { recursive: true })
    mkdirSync(join(target, 'artifacts', name, version), { recursive: true })
    cpSync(join(ROOT, 'recipes', `${name}.json`), join(target, 'recipes', 'recipe.json'))
  }
}
