import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  eventually,
  type Finished,
  type GenbaProcess,
  processesUnder,
  runGenba,
  startGenba,
} from '../support/genba-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const EXAMPLES = resolve('examples/components')
const NAME = 'site.DiskReport'

const folder = temporaryFolder()
const state = join(folder.path, 'state')
const root = join(folder.path, 'root')
let core: GenbaProcess | undefined

beforeAll(async () => {
  core = startGenba(['up', '--no-genba', '--flavour', 'java', '--root', root, '--state', state])
  await eventually('the core to run', 30_000, () => core?.output().includes('link up') || undefined)
})
afterAll(async () => {
  core?.child.kill('SIGTERM')
  await core?.finished
  folder.remove()
})

interface Deployment {
  readonly deploymentId: string
  readonly status: string
  readonly detailedStatus?: string
  readonly failureCause?: string
  readonly errorStack?: readonly string[]
}

const genba = (...args: string[]): Promise<Finished> => runGenba([...args, '--state', state])

async function deploy(...args: string[]): Promise<Deployment & { readonly code: number | null }> {
  const { code, stdout, stderr } = await genba('deploy', ...args, '--wait', '--json')
  expect(stdout, stderr).not.toBe('')
  return { ...(JSON.parse(stdout) as Deployment), code }
}

const deployVersion = (version: string, directory: string) =>
  deploy(
    ...['--recipe-dir', join(directory, 'recipes'), '--artifact-dir', join(directory, 'artifacts')],
    ...['--merge', `${NAME}=${version}`],
  )

interface Component {
  readonly name: string
  readonly version: string
  readonly state: string
  readonly configuration: unknown
}

async function components(): Promise<readonly Component[]> {
  const { code, stdout, stderr } = await genba('component', 'list', '--json')
  expect(code, stderr).toBe(0)
  return (JSON.parse(stdout) as { readonly components: readonly Component[] }).components
}

const statesOf = (all: readonly Component[]) =>
  Object.fromEntries(all.map(({ name, version, state: present }) => [name, `${version} ${present}`]))

/** What the nucleus says in the course of one deployment, without times. */
function told({ deploymentId }: Deployment): string[] {
  const lines = readFileSync(join(root, 'logs', 'greengrass.log'), 'utf8').split('\n')
  const isOurs = (line: string) => line.includes(`deployment: ${deploymentId}: `)
  return lines
    .slice(lines.findIndex(isOurs), lines.findLastIndex(isOurs) + 1)
    .map((line) => line.replace(/^\S+ \[\w+\] /, '').replace(`${deploymentId}: `, ''))
}

/** The stages and the outcome of a deployment. */
const stagesIn = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith('deployment: ')).map((line) => line.slice('deployment: '.length))

/** `NEW → INSTALLED` of one component. */
const statesIn = (lines: readonly string[], component: string) =>
  lines.flatMap((line) => {
    const [, change] = new RegExp(`^${component}: (\\w+ → \\w+): `).exec(line) ?? []
    return change === undefined ? [] : [change]
  })

/** The newest lines that the component has printed, without times. */
async function printed(count: number): Promise<string[]> {
  const { code, stdout, stderr } = await genba('logs', NAME, '-n', String(count), '--json')
  expect(code, stderr).toBe(0)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly level: string; readonly message: string })
    .map(({ level, message }) => `${level} ${message.replaceAll(/\d+ KB/g, '# KB')}`)
}

const PREPARED = ['begun', 'IN_PROGRESS', 'resolving', 'fetching', 'configuring', 'notifying', 'validating']
const MERGED = ['merging', 'merged', 'settling']
const DONE = ['removing', 'committed', 'SUCCEEDED, SUCCESSFUL', 'recorded', 'ended']
const BEGINS = ['NEW → INSTALLED', 'INSTALLED → STARTING', 'STARTING → RUNNING']
const NOTHING_TO_RUN = ['NEW → INSTALLED', 'INSTALLED → STARTING', 'STARTING → FINISHED']
const FAILS = ['RUNNING → ERRORED', 'ERRORED → STOPPING', 'STOPPING → INSTALLED']
const AGAIN = ['INSTALLED → STARTING', 'STARTING → RUNNING']

describe('a component in shell with two dependencies, on a bare core', () => {
  it('is installed after its dependencies and its bootstrap step, with its configuration in its scripts', async () => {
    const deployed = await deployVersion('1.0.0', EXAMPLES)
    expect(deployed).toMatchObject({ code: 0, status: 'SUCCEEDED', detailedStatus: 'SUCCESSFUL' })
    expect(statesOf(await components())).toEqual({
      'site.ShellLibrary': '1.0.0 FINISHED',
      'site.Settings': '1.0.0 FINISHED',
      [NAME]: '1.0.0 RUNNING',
    })
    const lines = await eventually('the end in the log', 5_000, () => ended(deployed))
    expect(stagesIn(lines)).toEqual([...PREPARED, 'journaled', 'bootstrapping', ...MERGED, ...DONE])
    expect(statesIn(lines, NAME)).toEqual(BEGINS)
    for (const dependency of ['site.ShellLibrary', 'site.Settings']) {
      expect(statesIn(lines, dependency)).toEqual(NOTHING_TO_RUN)
      expect(positionOf(lines, `${dependency}: STARTING → FINISHED`)).toBeLessThan(
        positionOf(lines, `${NAME}: INSTALLED → STARTING`),
      )
    }
    expect((await printed(100)).slice(0, 4)).toEqual([
      'INFO prepared for / of Kawasaki 2: # KB left',
      expect.stringMatching(/^INFO installed on \S+, labels {"rack":4,"zone":"B"}$/),
      'INFO reporting on / of Kawasaki 2, press line, every 5 s',
      expect.stringContaining('# KB left on /'),
    ])
  })

  it('starts again with what its own configuration and that of a dependency become', async () => {
    const threshold = { report: { disk: { kilobytesMin: 999_999_999_999 }, every: { seconds: 3600 } } }
    const line = { site: { line: { name: 'press line 7' } } }
    const updates = { [NAME]: { MERGE: threshold }, 'site.Settings': { MERGE: line } }
    const deployed = await deploy('--update-config', JSON.stringify(updates))
    expect(deployed).toMatchObject({ code: 0, status: 'SUCCEEDED' })
    const lines = await eventually('the end in the log', 5_000, () => ended(deployed))
    expect(stagesIn(lines)).toEqual([...PREPARED, 'journaled', ...MERGED, ...DONE])
    expect(statesIn(lines, NAME)).toEqual(['RUNNING → STOPPING', 'STOPPING → INSTALLED', ...AGAIN])
    expect(statesIn(lines, 'site.Settings')).toEqual([])
    expect(await printed(3)).toEqual([
      'INFO no more reports from Kawasaki 2',
      'INFO reporting on / of Kawasaki 2, press line 7, every 3600 s',
      'WARN only # KB left on /',
    ])
    const own = (await components()).find(({ name }) => name === NAME)
    expect(own?.configuration).toEqual({
      report: {
        every: { seconds: 3600 },
        disk: { path: '/', kilobytesMin: 999_999_999_999 },
        labels: { zone: 'B', rack: 4 },
      },
    })
  })

  it('comes back as it was when its next version fails three times', async () => {
    const deployed = await deployVersion('1.1.0', join(EXAMPLES, 'broken'))
    expect(deployed).toMatchObject({
      code: 1,
      status: 'FAILED',
      detailedStatus: 'FAILED_ROLLBACK_COMPLETE',
      errorStack: ['DEPLOYMENT_FAILURE', 'COMPONENT_UPDATE_ERROR', 'COMPONENT_BROKEN'],
    })
    expect(deployed.failureCause).toContain(`${NAME} is broken: run ended with code 1`)
    expect(statesOf(await components())).toMatchObject({ [NAME]: '1.0.0 RUNNING' })
    const lines = await eventually('the end in the log', 5_000, () => ended(deployed))
    const cause = deployed.failureCause
    const way = ['rolling-back', 'rolled-back', `FAILED, FAILED_ROLLBACK_COMPLETE, ${cause}`]
    const outcome = [cause, ...way, 'recorded', 'ended']
    expect(stagesIn(lines)).toEqual([...PREPARED, 'journaled', 'bootstrapping', ...MERGED, ...outcome])
    // A bootstrap step makes the nucleus restart, so that everything ends and begins anew.
    const restart = ['RUNNING → STOPPING', 'STOPPING → FINISHED']
    const failures = [...BEGINS, ...FAILS, ...AGAIN, ...FAILS, ...AGAIN, 'RUNNING → BROKEN']
    expect(statesIn(lines, NAME)).toEqual([...restart, ...failures, 'BROKEN → NEW', ...BEGINS])
    expect(positionOf(lines, 'deployment: rolling-back')).toBeLessThan(
      positionOf(lines, `${NAME}: BROKEN → NEW`),
    )
    const failing = ['WARN cannot report on /: not written yet', 'INFO no more reports from Kawasaki 2']
    expect(await printed(9)).toEqual([
      ...[...failing, ...failing, ...failing],
      expect.stringMatching(/^INFO installed on /),
      'INFO reporting on / of Kawasaki 2, press line 7, every 3600 s',
      'WARN only # KB left on /',
    ])
  })

  it('is gone when it is removed, with the dependencies that nothing else needs', async () => {
    const deployed = await deploy('--remove', NAME)
    expect(deployed).toMatchObject({ code: 0, status: 'SUCCEEDED' })
    expect(await components()).toEqual([])
    expect(processesUnder(join(root, 'packages'))).toEqual([])
    const { stdout } = await genba('deployments', '--json')
    const { deployments } = JSON.parse(stdout) as { readonly deployments: readonly Deployment[] }
    expect(deployments.map(({ status }) => status)).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED', 'SUCCEEDED'])
  })
})

/** The outcome is known a moment before the last stage. */
function ended(deployment: Deployment): string[] | undefined {
  const lines = told(deployment)
  return lines.at(-1) === 'deployment: ended' ? lines : undefined
}

function positionOf(lines: readonly string[], beginning: string): number {
  const position = lines.findIndex((line) => line.startsWith(beginning))
  expect(position, beginning).toBeGreaterThanOrEqual(0)
  return position
}
