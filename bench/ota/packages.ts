import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Cloud } from '../../simulator/cli/deploying/cloud.ts'
import { type ComponentPackage, readPackages } from '../../simulator/cli/deploying/package-folder.ts'
import { publishComponent } from '../../simulator/cli/deploying/publish.ts'
import { PACKAGES_COMMAND } from '../reaction/gateway.ts'

const BUCKET = 'genba-components'
const SILENT = { show: () => {}, end: () => {} }

/** Builds every component as it is published, for this machine's platform alone. */
export async function buildPackages(out: string): Promise<readonly ComponentPackage[]> {
  const platform = `${process.platform}-${process.arch}`
  await promisify(execFile)(process.execPath, [PACKAGES_COMMAND, '--out', out, '--platform', platform])
  return readPackages(out)
}

export async function publish(cloud: Cloud, packages: readonly ComponentPackage[]): Promise<void> {
  for (const each of packages) await publishComponent(each, { cloud, bucket: BUCKET, progress: SILENT })
}

/** Of the archives: what a gateway downloads that has nothing of them. */
export const bytesOf = (packages: readonly ComponentPackage[]): number =>
  packages.flatMap(({ files }) => files).reduce((total, { path }) => total + statSync(path).size, 0)
