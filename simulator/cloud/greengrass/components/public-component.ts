import { createReadStream } from 'node:fs'
import { IntegrityCheck } from '../../s3/body/integrity.ts'
import type { BucketFolder } from '../../s3/store/bucket-folder.ts'
import { PUBLIC_BUCKET, publicArtifactKey } from './artifacts.ts'
import type { ComponentCatalogue } from './component-catalogue.ts'
import type { ComponentVersion } from './component-version.ts'
import { readRecipe } from './recipe-text.ts'

/**
 * Publishes a component as AWS does with its own: its artifacts lie with the service.
 * @param artifacts paths of files, by the NAME of `greengrass:NAME` in the recipe
 * @returns when it is deployable
 */
export async function putPublicComponent(
  catalogue: ComponentCatalogue,
  buckets: BucketFolder,
  recipeText: string,
  artifacts: Readonly<Record<string, string>>,
  nowMs: number,
): Promise<ComponentVersion> {
  const { name, version } = readRecipe(recipeText).recipe
  if (!buckets.list().some((bucket) => bucket.name === PUBLIC_BUCKET)) {
    await buckets.create(PUBLIC_BUCKET, nowMs)
  }
  const bucket = buckets.get(PUBLIC_BUCKET)
  for (const [artifact, path] of Object.entries(artifacts)) {
    const check = new IntegrityCheck({
      md5: undefined,
      algorithm: undefined,
      checksum: undefined,
      isTrailing: false,
    })
    const written = await bucket.data.write(check.pass(createReadStream(path)))
    const { md5, algorithm, checksum } = check.integrity
    const entry = {
      key: publicArtifactKey(name, version, artifact),
      ...written,
      etag: md5,
      modifiedMs: nowMs,
      headers: { 'content-type': 'binary/octet-stream' },
      checksum: { algorithm, value: checksum, type: 'FULL_OBJECT' as const },
    }
    await bucket.putObject(entry, () => {})
  }
  const component = await catalogue.request(recipeText, {}, 'PUBLIC')
  await catalogue.settle()
  return component
}
