import type { EngineParts } from './engine-parts.ts'

/**
 * Deletes the versions that nothing on the core uses. The version before the present one stays, so that the way back
 * needs no download.
 */
export function deleteStaleVersions({
  configuration,
  packages,
}: Pick<EngineParts, 'configuration' | 'packages'>): void {
  const { components } = configuration.state()
  for (const found of packages.everything()) {
    const component = components.get(found.name)
    const isUsed =
      component !== undefined && [component.version, component.previousVersion].includes(found.version)
    if (!isUsed) packages.remove(found)
  }
}
