import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { HealthMessage } from '../../../shared/contract/health.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import type { FlavourName } from '../../../simulator/nucleus/flavour.ts'
import { parseLogLine } from '../../../simulator/nucleus/logs/rotating-log.ts'
import { createSdkClient } from '../../simulator/nucleus/sdk-client.ts'
import { startTestCore, type TestCore, until } from '../../simulator/nucleus/test-core.ts'
import { PROBE_ORDERS, PROBE_RESULTS, probe } from './probe-component.ts'

/** Goal: the host on real IPC. Method: a component bundled as the product's are, run by the simulated core. */
const ROOT = new URL('../../../', import.meta.url).pathname
let folder = ''
let core: TestCore | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genba-probe-'))
  await build({
    stdin: {
      contents: `import { startOnGreengrass } from './shared/greengrass/start.ts'
import { probe } from './test/shared/greengrass/probe-component.ts'
await startOnGreengrass(probe)`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['aws-crt', 'classic-level'],
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire('${ROOT}package.json');`,
    },
    outfile: join(folder, 'probe.mjs'),
    logLevel: 'error',
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  await core?.stop()
  core = undefined
})

async function startProbe(options: { configuration?: JsonObject; flavour?: FlavourName } = {}) {
  const run =
    'printf "%s\\n%s" "$AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT" "$SVCUID" > ipc; exec node {artifacts:path}/probe.mjs'
  const accessControl = {
    'aws.greengrass.ipc.pubsub': { p: { operations: ['*'], resources: ['probe/*', 'genba/*'] } },
    'aws.greengrass.ipc.mqttproxy': { q: { operations: ['*'], resources: ['cloud/#'] } },
  }
  const started = await startTestCore({
    components: { [probe.name]: { run, accessControl, configuration: options.configuration ?? {} } },
    flavour: options.flavour ?? 'lite',
    artifactsDir: folder,
    restart: { firstMs: 20 },
  })
  core = started
  const { nucleus, rootDir } = started
  const bus = nucleus.bus('test')
  const results: string[] = []
  await bus.subscribe(PROBE_RESULTS, ({ payload }) => {
    if ('json' in payload) results.push(`${payload.json['order']}: ${payload.json['outcome']}`)
  })
  return {
    ...started,
    bus,
    results,
    status: () => nucleus.components().find(({ name }) => name === probe.name),
    hears: (result: string) => until(`the probe says "${result}"`, () => results.includes(result)),
    order: (order: string) => bus.publish(PROBE_ORDERS, { json: { order } }),
    log: () =>
      readFileSync(join(rootDir, 'logs', `${probe.name}.log`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(parseLogLine(line)?.text ?? '{}') as Record<string, unknown>),
  }
}

describe('a component on Greengrass', () => {
  it('gets its configuration, its bus and its store, and tells its health', async () => {
    const { bus, hears, status } = await startProbe({ configuration: { limit: '7' } })
    const health: unknown[] = []
    await bus.subscribe(Topic.allHealth, ({ payload }) => 'json' in payload && health.push(payload.json))
    await hears('config: 7')
    await hears('started: 1')
    expect(status()).toMatchObject({ state: 'RUNNING', restarts: 0 })
    await bus.publish(PROBE_ORDERS, { bytes: Uint8Array.of(1, 2, 255) })
    await hears('bytes 1 2 255: done')
    await until('health has come', () => health.length > 0)
    expect(HealthMessage.parse(health[0])).toMatchObject({
      component: 'test.Probe',
      version: '3.2.1',
      metrics: { genba_probe_starts: 1 },
    })
  })

  it.each([
    ['large', 'GENBA_BUS_TOO_LARGE'],
    ['values', 'GENBA_BUS_TOO_LARGE'],
    ['forbidden', 'GENBA_BUS_UNAUTHORIZED'],
    ['overhear', 'GENBA_BUS_UNAUTHORIZED'],
    ['cloud', 'GENBA_BUS_REFUSED'],
    ['file', 'GENBA_FILE_UNREADABLE'],
    ['module', 'another error'],
  ])('learns by a code what a call has failed with: %s', async (order, code) => {
    const { cloud, hears, order: give, status } = await startProbe()
    cloud.isUp = false
    await hears('started: 1')
    await give(order)
    await hears(`${order}: ${code}`)
    expect(status()?.restarts).toBe(0)
  })

  it('reaches the cloud', async () => {
    const { cloud, hears, order } = await startProbe()
    await hears('started: 1')
    await order('cloud')
    await hears('cloud: done')
    expect(cloud.sent).toEqual([{ topic: 'cloud/probe', payload: 'from the probe', qos: 1 }])
  })

  it('ends with a clear error when its configuration is wrong from the start', async () => {
    const { log, status } = await startProbe({ configuration: { limti: 7 } })
    await until('it has failed twice', () => (status()?.restarts ?? 0) >= 1)
    const [line] = log()
    expect(line).toMatchObject({
      level: 'error',
      component: 'test.Probe',
      version: '3.2.1',
      code: 'GENBA_CONFIG_INVALID',
      err: { issues: [{ where: 'limti', mend: 'did you mean "limit"?' }] },
    })
    expect(Date.parse(String(line?.['time']))).not.toBeNaN()
  })

  it.each<FlavourName>(['lite', 'java'])('follows updates and refuses bad ones, on %s', async (flavour) => {
    const { hears, identityOf, log, results, status } = await startProbe({ flavour })
    await hears('started: 1')
    const client = createSdkClient(await identityOf(probe.name))
    await client.connect()
    const update = (limit: unknown) =>
      client.updateConfiguration({ timestamp: new Date(Date.now() + 0.5), valueToMerge: { limit } })
    await retryWholeSecond(() => update(1000))
    await until('the refusal is logged', () =>
      log().some(({ msg }) => msg === 'configuration update refused'),
    )
    await retryWholeSecond(() => update(9))
    await hears('config: 9')
    expect(results.filter((result) => result.startsWith('config'))).toEqual(['config: 1', 'config: 9'])
    expect(log().find(({ msg }) => msg === 'configuration update refused')).toMatchObject({
      code: 'GENBA_CONFIG_INVALID',
      issues: [{ where: 'limit', received: '1000', effect: 'the previous configuration stays active' }],
    })
    expect(status()?.restarts).toBe(0)
    await client.close()
  })

  it('is asked by the Java nucleus before a deployment, and answers with the reason', async () => {
    const { hears, nucleus } = await startProbe({ flavour: 'java' })
    await hears('started: 1')
    await expect(nucleus.mergeConfiguration(probe.name, { limit: 101 })).rejects.toMatchObject({
      code: 'GENBA_CONFIG_REFUSED',
      issues: [{ received: expect.stringContaining('a whole number from 0 to 100') }],
    })
    await nucleus.mergeConfiguration(probe.name, { limit: 50 })
    await hears('config: 50')
  })

  it('survives a lost connection and hears again', async () => {
    const { hears, log, nucleus, order, results, status } = await startProbe()
    await hears('started: 1')
    nucleus.cutIpc('keep')
    await until('it obeys again', async () => {
      await order('again')
      return results.includes('again: done')
    })
    expect(status()).toMatchObject({ state: 'RUNNING', restarts: 0 })
    expect(log().map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['the connection to the nucleus is lost', 'connected to the nucleus again']),
    )
  })

  it('ends to be started anew when its token has died with the nucleus', async () => {
    const { hears, nucleus, rootDir, status } = await startProbe()
    await hears('started: 1')
    nucleus.cutIpc('renew')
    await hears('started: 2')
    expect(status()).toMatchObject({ restarts: 1 })
    const exits = JSON.parse(readFileSync(join(rootDir, 'work', probe.name, 'exits.json'), 'utf8'))
    expect(exits).toHaveLength(1)
  })

  it('drains and ends well when it is told to stop', async () => {
    const { hears, log, nucleus, status } = await startProbe()
    // What is still starting has nothing to drain yet.
    await until('it works', () => log().some(({ msg }) => msg === 'the component works'))
    nucleus.kill(probe.name, 'SIGTERM')
    await hears('drained: 1')
    await until('it has finished', () => status()?.state === 'FINISHED')
  })

  it('ends as failed when it says so', async () => {
    const { hears, log, order } = await startProbe()
    await hears('started: 1')
    await order('fail')
    await hears('started: 2')
    expect(log()).toContainEqual(expect.objectContaining({ level: 'error', code: 'GENBA_TEST' }))
  })
})

/** Nucleus lite refuses a time-stamp that happens to be a whole second: one in a thousand. */
async function retryWholeSecond(update: () => Promise<unknown>): Promise<void> {
  await update().catch(() => update())
}
