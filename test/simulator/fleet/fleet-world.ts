import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateComponentVersionCommand,
  CreateDeploymentCommand,
  GreengrassV2Client,
} from '@aws-sdk/client-greengrassv2'
import { openFleet } from '../../../simulator/cli/fleet/open-fleet.ts'
import { createFates, type Fate, type FateOptions } from '../../../simulator/fleet/fates.ts'
import type { FleetReport } from '../../../simulator/fleet/fleet-report.ts'
import { eventually } from '../../support/genba-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { components, groupArn, manualClock, recipe } from '../cloud/greengrass/cloud-world.ts'

export const COMPONENT = 'genba.Press'
const FIRST = '1.0.0'

/** Six gateways with one component, on a control plane whose clock the test turns. */
export async function startFleetWorld(fates: FateOptions) {
  const folder = temporaryFolder()
  const recipes = join(folder.path, 'recipes')
  mkdirSync(recipes)
  mkdirSync(join(folder.path, 'dist', 'unarchived', COMPONENT), { recursive: true })
  writeFileSync(join(recipes, `${COMPONENT}.json`), recipe(COMPONENT, FIRST))
  const time = manualClock(Date.now())
  const running = await openFleet({
    installation: { dist: join(folder.path, 'dist'), recipes, version: '0.1.0' },
    path: join(folder.path, 'hall'),
    count: 6,
    group: 'presses',
    flavour: 'java',
    region: 'ap-northeast-1',
    account: '123456789012',
    fates,
    clock: time.clock,
    steadyMs: 20,
  })
  const { fleet, state } = running
  const { endpoints, region, credentials } = fleet.control
  const options = { region, credentials: { ...credentials }, endpoint: endpoints.greengrassv2 }
  const greengrass = new GreengrassV2Client(options)
  const choose = createFates(fates)
  const close = async (): Promise<void> => {
    greengrass.destroy()
    await running.stop()
    folder.remove()
  }
  let closed: Promise<void> | undefined
  return {
    fleet,
    time,
    greengrass,
    path: state.path,
    stopAsked: running.stopAsked,
    /** A version, published, that does on each of the gateways what is wanted of it, in their order. */
    async versionWith(...wanted: readonly Fate[]): Promise<string> {
      const fits = (version: string) =>
        fleet.devices.every(
          ({ thing }, at) => wanted[at] === undefined || choose(thing, version) === wanted[at],
        )
      let patch = 1
      while (!fits(`1.0.${patch}`)) patch++
      const version = `1.0.${patch}`
      await greengrass.send(new CreateComponentVersionCommand({ inlineRecipe: recipe(COMPONENT, version) }))
      return version
    },
    deploy: (version: string, iotJobConfiguration: DeploymentSettings = {}) =>
      greengrass.send(
        new CreateDeploymentCommand({
          targetArn: groupArn('presses'),
          components: components({ [COMPONENT]: version }),
          iotJobConfiguration,
        }),
      ),
    /** The report, once it is as wanted. */
    reported: (what: string, isWanted: (report: FleetReport) => boolean) =>
      eventually(what, 10_000, () => {
        const report = fleet.report()
        return isWanted(report) ? report : undefined
      }),
    /** A test may do it before the others' end. */
    close: (): Promise<void> => {
      closed ??= close()
      return closed
    },
  }
}

type DeploymentSettings = NonNullable<
  ConstructorParameters<typeof CreateDeploymentCommand>[0]['iotJobConfiguration']
>
