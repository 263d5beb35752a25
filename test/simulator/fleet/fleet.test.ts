import { GetDeploymentCommand } from '@aws-sdk/client-greengrassv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fleetCommand } from '../../../simulator/cli/commands/fleet.ts'
import { stopCommand } from '../../../simulator/cli/commands/stop.ts'
import type { Stage } from '../../../simulator/fleet/fleet-report.ts'
import { printedBy } from '../cli/command-world.ts'
import { COMPONENT, startFleetWorld } from './fleet-world.ts'

type World = Awaited<ReturnType<typeof startFleetWorld>>
let world: World
beforeAll(async () => {
  world = await startFleetWorld({ seed: 7, failing: 0.4, vanishing: 0.2 })
})
afterAll(() => world.close())

/** Every stage that is not named has nobody in it. */
const stages = (counts: Partial<Record<Stage, number>>): Record<Stage, number> => ({
  notTold: 0,
  queued: 0,
  inProgress: 0,
  succeeded: 0,
  failed: 0,
  rejected: 0,
  timedOut: 0,
  canceled: 0,
  ...counts,
})

const WORKS = ['works', 'works', 'works', 'works', 'works', 'works'] as const
const status = (...args: readonly string[]) =>
  printedBy(fleetCommand, 'status', '--state', world.path, ...args)
const done = ({ deployment }: { deployment: { stages: { succeeded: number } } | null }) =>
  deployment?.stages.succeeded

describe('a fleet', () => {
  it('runs what it was made with before anything is deployed', async () => {
    await world.reported('six gateways', ({ online }) => online === 6)
    expect(JSON.parse(await status('--json'))).toMatchObject({
      devices: 6,
      deployment: null,
      versions: { [COMPONENT]: { '1.0.0': 6 } },
    })
    expect(await status()).toContain('presses: no deployment yet')
  })

  it('is told of a deployment as fast as the rollout says', async () => {
    const version = await world.versionWith(...WORKS)
    await world.deploy(version, { jobExecutionsRolloutConfig: { maximumPerMinute: 2 } })
    const two = await world.reported('the first two', (report) => done(report) === 2)
    expect(two.deployment?.stages).toEqual(stages({ succeeded: 2, notTold: 4 }))
    expect(two.versions).toEqual({ [COMPONENT]: { '1.0.0': 4, [version]: 2 } })
    world.time.turn(59_000)
    expect(world.fleet.report().deployment?.stages.notTold).toBe(4)
    world.time.turn(1000)
    await world.reported('the next two', (report) => done(report) === 4)
    world.time.turn(60_000)
    await world.reported('all', (report) => done(report) === 6)
    expect(await status('--devices')).toContain(`${world.fleet.devices[5]?.thing}  up    succeeded`)
  })

  it('is spared the rest when too many gateways fail, which go back to what they had', async () => {
    const { versions } = world.fleet.report()
    const version = await world.versionWith('fails', 'fails')
    const { deploymentId } = await world.deploy(version, {
      jobExecutionsRolloutConfig: { maximumPerMinute: 2 },
      abortConfig: {
        criteriaList: [
          { failureType: 'FAILED', action: 'CANCEL', thresholdPercentage: 50, minNumberOfExecutedThings: 2 },
        ],
      },
    })
    await world.reported('the abort', ({ deployment }) => deployment?.status === 'CANCELED')
    world.time.turn(600_000)
    const report = world.fleet.report()
    expect(report.deployment).toMatchObject({ deploymentId, rolledBack: 2 })
    expect(report.deployment?.stages).toEqual(stages({ failed: 2, notTold: 4 }))
    expect(report.versions).toEqual(versions)
    expect(report.things[0]).toMatchObject({
      stage: 'failed',
      isRolledBack: true,
      reason: expect.stringContaining(COMPONENT),
      broken: [],
    })
    const shown = await world.greengrass.send(new GetDeploymentCommand({ deploymentId }))
    expect(shown.deploymentStatus).toBe('CANCELED')
    await expect(status()).rejects.toMatchObject({
      code: 'GENBA_DEPLOYMENT_FAILED',
      message: 'the deployment is cancelled; it failed on 2 of 6 devices',
      issues: [{ where: 'genba-hall-001, genba-hall-002', received: report.things[0]?.reason }],
    })
  })

  it('waits for a gateway that vanished no longer than the deployment says', async () => {
    const version = await world.versionWith('vanishes', 'works', 'works', 'works', 'works', 'works')
    await world.deploy(version, { timeoutConfig: { inProgressTimeoutInMinutes: 5 } })
    const waiting = await world.reported('the others', (report) => done(report) === 5)
    expect(waiting).toMatchObject({ online: 5, deployment: { stages: { inProgress: 1 } } })
    world.time.turn(5 * 60_000)
    await world.reported('the time-out', ({ deployment }) => deployment?.stages.timedOut === 1)
    await expect(status()).rejects.toMatchObject({ issues: [{ received: 'it took too long' }] })
  })

  it('hears of genba stop', async () => {
    const stopping = printedBy(stopCommand, '--state', world.path)
    if (!world.stopAsked.aborted) {
      await new Promise((resolve) => world.stopAsked.addEventListener('abort', resolve, { once: true }))
    }
    await world.close()
    expect(await stopping).toContain('stopped')
  })
})

describe('the options of a fleet', () => {
  it.each([
    ['0', 'a whole number from 1 to 999'],
    ['many', 'a whole number'],
  ])('refuses %s gateways', async (count, expected) => {
    await expect(printedBy(fleetCommand, 'up', count)).rejects.toMatchObject({
      code: 'GENBA_USAGE',
      issues: [{ expected }],
    })
  })

  it('refuses shares that cannot be', async () => {
    const wrong = { code: 'GENBA_USAGE' }
    await expect(printedBy(fleetCommand, 'up', '--failing', '120%')).rejects.toMatchObject(wrong)
    await expect(
      printedBy(fleetCommand, 'up', '--failing', '60%', '--vanishing', '0.5'),
    ).rejects.toMatchObject(wrong)
  })
})
