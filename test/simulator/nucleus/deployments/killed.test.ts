import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { hasEnded } from '../../../../simulator/nucleus/deployments/engine/deployment-record.ts'
import {
  DEPLOYMENT_STAGES,
  type DeploymentStage,
} from '../../../../simulator/nucleus/deployments/engine/engine-parts.ts'
import { until } from '../test-core.ts'
import { type DeployedCore, newFolder, removeFolders, startDeployedCore } from './deployed-core.ts'

/**
 * Goal: whatever stage a core is killed at, the next one on the same disk ends in the old or in the new state.
 * Method: the disk is copied while a deployment is held at the stage, which is what a kill leaves; a second core
 * starts on the copy.
 */
const cores: DeployedCore[] = []

afterEach(async () => {
  for (const core of cores.splice(0)) await core.stop()
  removeFolders()
})

const OLD = { version: '1.0.0', configuration: { label: 'old' }, needs: { 'test.Base': '^1.0.0' } }
const NEW = {
  ...OLD,
  version: '2.0.0',
  lifecycle: { bootstrap: 'echo {configuration:/label} >> story', run: 'exec sleep 600' },
}
const BROKEN = { ...NEW, lifecycle: { startup: 'exit 1' } }

/** Holds the deployment of version 2 at the stage. @returns the copied disk, and whether the stage was reached */
async function killAt(stage: DeploymentStage, next: typeof NEW | typeof BROKEN): Promise<string | undefined> {
  let isHeld = false
  let release = (): void => {}
  let isSecond = false
  const core = await startDeployedCore({
    onStage: (reached) => {
      if (!isSecond || reached !== stage) return undefined
      isHeld = true
      return new Promise<void>((resolve) => {
        release = resolve
      })
    },
  })
  cores.push(core)
  core.offer('test.Base', {})
  core.offer('test.A', OLD)
  await core.deploy({ rootComponentVersionsToAdd: { 'test.A': '1.0.0' } })
  core.offer('test.A', next)
  isSecond = true
  const id = core.begin({
    rootComponentVersionsToAdd: { 'test.A': '2.0.0' },
    componentToConfiguration: { 'test.A': { merge: { label: 'new' } } },
  })
  await until('the stage is reached or the deployment is over', () => {
    const status = core.nucleus.deployments().find(({ deploymentId }) => deploymentId === id)
    return isHeld || (status !== undefined && hasEnded(status) && stage !== 'ended' && stage !== 'recorded')
  })
  if (!isHeld) return undefined
  const copy = join(newFolder(), 'root')
  cpSync(core.rootDir, copy, { recursive: true, filter: (path) => !path.endsWith('ipc.socket') })
  rmSync(join(copy, 'run', 'nucleus.json'))
  release()
  return copy
}

interface Ending {
  readonly running: readonly string[]
  readonly label: unknown
  readonly root: string | undefined
  readonly status: string | undefined
}

async function endingOf(rootDir: string): Promise<Ending> {
  const core = await startDeployedCore({ rootDir })
  cores.push(core)
  await until('every deployment has ended and all runs', () => {
    const isOver = core.nucleus.deployments().every(hasEnded)
    return isOver && core.running().length === 2 && core.running().every((line) => line.endsWith('RUNNING'))
  })
  const { components } = JSON.parse(readFileSync(join(rootDir, 'config', 'config.json'), 'utf8'))
  expect(Object.keys(components).sort()).toEqual(['aws.greengrass.Nucleus', 'test.A', 'test.Base'])
  return {
    running: core.running(),
    label: core.value('test.A', 'label'),
    root: core.nucleus.groups()[0]?.roots['test.A'],
    status: core.nucleus.deployments()[0]?.status,
  }
}

const stateOf = (version: string, label: string, status: string): Ending => ({
  running: [`test.A ${version} RUNNING`, 'test.Base 1.0.0 RUNNING'],
  label,
  root: version,
  status,
})

describe('a core that is killed during a deployment', () => {
  // Before the journal there is one kind of kill: nothing has changed.
  const changing = DEPLOYMENT_STAGES.slice(DEPLOYMENT_STAGES.indexOf('journaled'))
  const onTheWay = changing.filter((stage) => !['rolling-back', 'rolled-back'].includes(stage))
  const passed: readonly DeploymentStage[] = ['begun', 'validating', ...onTheWay]

  it.each(passed)('ends in the new state after a kill at "%s"', async (stage) => {
    const disk = await killAt(stage, NEW)
    if (disk === undefined) throw new Error('the stage was not reached')
    expect(await endingOf(disk)).toEqual(stateOf('2.0.0', 'new', 'SUCCEEDED'))
  })

  const onTheWayBack = ['merging', 'settling', 'rolling-back', 'rolled-back', 'recorded', 'ended'] as const

  it.each(onTheWayBack)(
    'ends in the old state when the new one breaks and it is killed at "%s"',
    async (stage) => {
      const disk = await killAt(stage, BROKEN)
      if (disk === undefined) throw new Error('the stage was not reached')
      expect(await endingOf(disk)).toEqual(stateOf('1.0.0', 'old', 'FAILED'))
    },
  )
})
