import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { type Cloud, openCloud } from '../cli/deploying/cloud.ts'
import { deployRemotely } from '../cli/deploying/deploy-remote.ts'
import { readPackages } from '../cli/deploying/package-folder.ts'
import { publishComponent } from '../cli/deploying/publish.ts'
import { GATEWAY_GROUP, type Gateway } from '../cli/gateway.ts'
import { nextVersions } from './next-versions.ts'

const BUCKET = 'genba-updates'
const SILENT = { show: () => {}, end: () => {} }
/** Versions that do not work, as their `main.mjs`. */
const BROKEN_MAINS = {
  'ends at once': "console.error('this version does not work')\nprocess.exit(1)\n",
  // The nucleus sees a process that runs: only the check of genba.Gateway finds that nobody hears of it.
  'says nothing': 'setInterval(() => {}, 1_000_000)\n',
}
export type Breakage = keyof typeof BROKEN_MAINS
const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'REJECTED', 'CANCELED'])

export interface RolloutOptions {
  readonly packagesDir: string
  readonly folder: string
}

/** Publishes versions of components and deploys them to the group of a gateway, by its control plane. */
export class Rollouts {
  readonly #gateway: Gateway
  readonly #cloud: Cloud
  readonly #options: RolloutOptions
  #patch = 0
  succeeded = 0
  rolledBack = 0
  /** What ended otherwise than it should. */
  readonly failures: string[] = []
  /** Versions that were brought in, by component: the audit trail has to tell of each. */
  readonly changed = new Map<string, string[]>()

  private constructor(gateway: Gateway, cloud: Cloud, options: RolloutOptions) {
    this.#gateway = gateway
    this.#cloud = cloud
    this.#options = options
  }

  /** Publishes what runs already: a deployment names all components, also those that it does not change. */
  static async open(gateway: Gateway, options: RolloutOptions): Promise<Rollouts> {
    const cloud = await openCloud({ state: gateway.state.path })
    for (const each of readPackages(options.packagesDir)) {
      await publishComponent(each, { cloud, bucket: BUCKET, progress: SILENT })
    }
    return new Rollouts(gateway, cloud, options)
  }

  async update(names: readonly string[]): Promise<void> {
    const versions = await this.#publish(names, {})
    const { status, failureCause } = await this.#deploy(versions)
    if (status !== 'SUCCEEDED') {
      this.failures.push(`the deployment of ${JSON.stringify(versions)} ended ${status}: ${failureCause}`)
      return
    }
    this.succeeded += 1
    for (const [name, version] of Object.entries(versions)) {
      this.changed.set(name, [...(this.changed.get(name) ?? []), version])
    }
  }

  /** A version that does not work: it has to be rolled back. */
  async fail(name: string, how: Breakage): Promise<void> {
    const before = this.#versionOf(name)
    const versions = await this.#publish([name], { [name]: BROKEN_MAINS[how] })
    const { status, detailedStatus } = await this.#deploy(versions)
    const isBack = this.#versionOf(name) === before && this.#isRunning()
    if (status === 'FAILED' && detailedStatus === 'FAILED_ROLLBACK_COMPLETE' && isBack) this.rolledBack += 1
    else this.failures.push(`a version of ${name} that ${how} ended ${status}, ${detailedStatus}`)
  }

  async #publish(
    names: readonly string[],
    mains: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    this.#patch += 1
    const { packagesDir, folder } = this.#options
    const packages = nextVersions(packagesDir, join(folder, `next-${this.#patch}`), names, this.#patch, {
      mains,
    })
    for (const each of packages) {
      await publishComponent(each, { cloud: this.#cloud, bucket: BUCKET, progress: SILENT })
    }
    return Object.fromEntries(packages.map(({ name, version }) => [name, version]))
  }

  async #deploy(components: Readonly<Record<string, string>>) {
    const { deploymentId } = await deployRemotely(this.#cloud, {
      target: { kind: 'thinggroup', name: GATEWAY_GROUP },
      components,
      remove: [],
      merge: {},
      reset: {},
      dryRun: false,
    })
    const { nucleus } = this.#gateway
    const ended$ = nucleus.deployments$.pipe(
      filter((status) => status.deploymentId === deploymentId && ENDED.has(status.status)),
    )
    const already = nucleus
      .deployments()
      .find((status) => status.deploymentId === deploymentId && ENDED.has(status.status))
    return already ?? firstValueFrom(ended$)
  }

  #versionOf(name: string): string | undefined {
    return this.#gateway.nucleus.components().find((component) => component.name === name)?.version
  }

  #isRunning(): boolean {
    return this.#gateway.nucleus
      .components()
      .every(({ state }) => state === 'RUNNING' || state === 'FINISHED')
  }
}
