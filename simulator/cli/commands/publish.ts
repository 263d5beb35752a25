import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import * as z from 'zod'
import type { Context } from '../context.ts'
import { addCloudOptions, type Cloud, type CloudFlags, openCloud } from '../deploying/cloud.ts'
import { collect } from '../deploying/option-values.ts'
import { type ComponentPackage, readPackages } from '../deploying/package-folder.ts'
import { type Published, publishComponent } from '../deploying/publish.ts'
import type { Installation } from '../deployments.ts'
import { CliError } from '../errors.ts'
import { formatBytes } from '../figures.ts'
import { findComponent } from '../find-component.ts'
import { createProgress } from '../progress.ts'
import { formatTable } from '../table.ts'

interface PublishFlags extends CloudFlags {
  readonly component?: readonly string[]
  readonly bucket?: string
  readonly from?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  npm run build:components && genba publish        all components, to the running gateway's own cloud
  genba publish --component Collector
  genba publish --aws --region eu-central-1        to AWS, with the credentials of this machine

What is there already with the same content is left alone. Something else under the same version is refused: a
version that a gateway may have must not change its meaning.
Exit codes: 0 all can be deployed, 1 failed, 2 wrong usage.`

export function publishCommand(context: Context): Command {
  const command = new Command('publish')
    .description('upload the built components and create their versions')
    .option('--component <name>', 'only this one; may be repeated', collect)
    .option('--bucket <name>', 'for the archives (default: as the GDK names it, PREFIX-REGION-ACCOUNT)')
    .option('--from <dir>', 'what npm run build:components made (default: greengrass-build)')
  return addCloudOptions(command)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: PublishFlags) => publish(context, flags))
}

async function publish({ installation, output }: Context, flags: PublishFlags): Promise<void> {
  const packages = chosen(installation, flags)
  const cloud = await openCloud(flags)
  const bucket = flags.bucket ?? bucketOf(installation, cloud)
  const progress = createProgress(output)
  const done: Published[] = []
  try {
    for (const each of packages) done.push(await publishComponent(each, { cloud, bucket, progress }))
  } finally {
    progress.end()
  }
  if (flags.json) return output.json({ v: 1, bucket, components: done })
  const rows = done.map(({ component, version, action, bytesUploaded }) => [
    component,
    version,
    action,
    bytesUploaded === 0 ? '' : formatBytes(bytesUploaded),
  ])
  return output.data(formatTable(['component', 'version', '', 'uploaded'], rows))
}

function chosen(installation: Installation, { component, from }: PublishFlags): readonly ComponentPackage[] {
  const wanted = component?.map((text) => findComponent(installation, text))
  const folder = from ?? join(installation.dist, '..', 'greengrass-build')
  const packages = readPackages(folder)
  const missing = wanted?.find((name) => !packages.some((each) => each.name === name))
  if (missing === undefined) return packages.filter(({ name }) => wanted?.includes(name) ?? true)
  throw new CliError('GENBA_PACKAGES_MISSING', `${missing} has not been built`, {
    where: folder,
    mend: 'build the components with: npm run build:components',
  })
}

const GdkConfig = z.object({
  component: z.record(z.string(), z.object({ publish: z.object({ bucket: z.string() }) })),
})

function bucketOf({ dist }: Installation, { region, account }: Cloud): string {
  const text = readFileSync(join(dist, '..', 'gdk-config.json'), 'utf8')
  const [component] = Object.values(GdkConfig.parse(JSON.parse(text)).component)
  return `${component?.publish.bucket ?? 'genba-components'}-${region}-${account}`
}
