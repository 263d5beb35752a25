import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncScheduler } from 'rxjs'
import type { Log } from '../../shared/component/host.ts'
import type { LawQuestion } from '../../shared/contract/law-request.ts'
import type { ProcessorQuestion } from '../../shared/contract/processor-request.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { createHistorianClient } from '../../shared/reading/historian-client.ts'
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../aws/defaults.ts'
import { type ControlPlane, startControlPlane } from '../cloud/control-plane.ts'
import { type IotCore, startIotCore } from '../cloud/iot-core.ts'
import { connectIotCore, type MqttLink } from '../cloud/mqtt-link.ts'
import type { Nucleus, NucleusOptions } from '../nucleus/core-device.ts'
import { startNucleus } from '../nucleus/nucleus.ts'
import { createAskClient } from './ask-client.ts'
import { createRoutes } from './control-routes.ts'
import { type ControlServer, listenForControl } from './control-server.ts'
import { deploymentsOf } from './deployments.ts'
import { GATEWAY_GROUP, type Gateway, type GatewayOptions } from './gateway.ts'
import { HealthBoard } from './health-board.ts'
import { RUN_FILE, rememberLast } from './state-directory.ts'
import { type EndpointsReport, makeStatus, type NucleusReport } from './status-report.ts'

const CLIENT = 'genba.Cli'
/** The thing group that every simulated gateway is in. */
/** The command's own reads have nothing to say that its answers do not. */
const QUIET: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * Starts everything; resolves when the components have begun to start.
 * @throws CliError `GENBA_GATEWAY_RUNNING` when one runs in this state directory
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { state } = options
  mkdirSync(state.path, { recursive: true })
  const stopping = new AbortController()
  // The socket comes first: whoever holds it owns the state directory.
  const control = await listenForControl(state.path)
  const closers: (() => Promise<void>)[] = [() => control.close()]
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    const gateway = await assemble(options, stopping.signal, stop, closers)
    control.serve(createRoutes(gateway, options.installation, () => stopping.abort()))
    describeRun(options, control)
    rememberLast(state)
    return gateway
  } catch (error) {
    await stop()
    throw error
  }
}

async function assemble(
  options: GatewayOptions,
  stopAsked: AbortSignal,
  stop: () => Promise<void>,
  closers: (() => Promise<void>)[],
): Promise<Gateway> {
  const { installation, state } = options
  const { thing } = state
  const cloud = await startIotCore({ directory: state.cloud })
  closers.push(() => cloud.close())
  const control = await startCloud(options, cloud)
  closers.push(() => control.close())
  const link = await connectIotCore({ socketPath: cloud.socketPath, thing })
  closers.push(() => link.close())
  const nucleus = await startNucleus(nucleusOptions(options, link, control))
  closers.push(() => nucleus.stop())
  let isLinkUp = false
  link.up$.subscribe((up) => {
    isLinkUp = up
  })
  const asked = await follow(nucleus, { thing, version: installation.version })
  return {
    state,
    nucleus,
    cloud,
    control,
    ...asked,
    isLinkUp: () => isLinkUp,
    status: () =>
      makeStatus({
        state: state.path,
        nucleus: describeNucleus(options, nucleus),
        endpoints: describeCloud(control, cloud),
        components: nucleus.components(),
        board: asked.board,
        isLinkUp,
        summariesReceived: cloud.receiver.of('summary').received,
        bytesSent: cloud.receiver.meter().bytes,
      }),
    setLink: (up) => setLink(link, up),
    stopAsked,
    stop,
  }
}

const DEFAULTS = { region: DEFAULT_REGION, account: DEFAULT_ACCOUNT, hasComponents: true }

/** The services of the account, with this gateway among its things. */
async function startCloud(options: GatewayOptions, iotCore: IotCore): Promise<ControlPlane> {
  const { state, region, account } = { ...DEFAULTS, ...options }
  const control = await startControlPlane({
    directory: state.cloud,
    iotCore,
    region,
    account,
  })
  await control.registry.addToGroup(state.thing, GATEWAY_GROUP)
  return control
}

function nucleusOptions(
  options: GatewayOptions,
  link: MqttLink,
  { endpoints, credentials }: ControlPlane,
): NucleusOptions {
  const { installation, state, flavour, configurations, region, account, hasComponents } = {
    ...DEFAULTS,
    ...options,
  }
  const components = hasComponents ? deploymentsOf(installation, configurations) : undefined
  return {
    rootDir: state.greengrass,
    thing: state.thing,
    region,
    account,
    flavour,
    cloud: link,
    cloudEndpoints: { ...endpoints, credentials },
    ...(components === undefined ? {} : { initial: { groupName: GATEWAY_GROUP, components } }),
  }
}

export const describeCloud = (
  { endpoints, region, account }: ControlPlane,
  { socketPath }: IotCore,
): EndpointsReport => ({ ...endpoints, kinesis: null, mqtt: socketPath, region, account })

export function describeNucleus(
  options: Pick<GatewayOptions, 'state' | 'flavour' | 'region' | 'account'>,
  { socketPath }: Nucleus,
): NucleusReport {
  const { state, flavour, region, account } = { ...DEFAULTS, ...options }
  return {
    socket: socketPath,
    flavour,
    root: state.greengrass,
    region,
    thingName: state.thing,
    thingArn: `arn:aws:iot:${region}:${account}:thing/${state.thing}`,
  }
}

/** It answers at once, or after the change it makes is on disk. */
const PROCESSOR = { whom: 'processor', topic: Topic.processorRequest, answerMsMax: 15_000 }
/** An erasure seals and goes through what is stored. */
const LAW = { whom: 'historian', topic: Topic.lawRequest, answerMsMax: 600_000 }

async function follow(
  nucleus: Nucleus,
  { thing, version }: { readonly thing: string; readonly version: string },
): Promise<Pick<Gateway, 'board' | 'historian' | 'history' | 'processor' | 'law'>> {
  const board = new HealthBoard(() => performance.now())
  const bus = nucleus.bus(CLIENT)
  await board.listen(bus)
  nucleus.events$.subscribe((event) => {
    if (event.type === 'state' && event.to !== 'RUNNING') board.forget(event.component)
  })
  const identity = { component: CLIENT, version, thing }
  const historian = await createHistorianClient({ bus, identity, scheduler: asyncScheduler, log: QUIET })
  const [processor, law] = await Promise.all([
    createAskClient<ProcessorQuestion>(bus, { client: CLIENT, ...PROCESSOR }),
    createAskClient<LawQuestion>(bus, { client: CLIENT, ...LAW }),
  ])
  return { board, historian, history: historian, processor, law }
}

function setLink(link: MqttLink, up: boolean): void {
  if (up) link.mend()
  else link.cut()
}

/** For people who look into the directory, and for commands about a core device with a root or name of its own. */
export function describeRun(
  { state, flavour, installation }: Pick<GatewayOptions, 'state' | 'flavour' | 'installation'>,
  control: ControlServer,
): void {
  const run = {
    pid: process.pid,
    started: new Date().toISOString(),
    version: installation.version,
    thing: state.thing,
    root: state.greengrass,
    flavour,
    control: control.path,
  }
  writeFileSync(join(state.path, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`)
}
