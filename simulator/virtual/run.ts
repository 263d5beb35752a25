import { processor } from '../../components/processor/component.ts'
import { type Evidence, readJournal, type Violation, verifyStore, violation } from './evidence.ts'
import { drawFaultPlan, unleash } from './fault-plan.ts'
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts'
import { checkCloud } from './invariants/cloud.ts'
import { checkFrames } from './invariants/frames.ts'
import { checkReplay } from './invariants/replay.ts'
import { checkSamples } from './invariants/samples.ts'
import { checkStore } from './invariants/store.ts'
import { checkWindows } from './invariants/windows.ts'
import { runUntilSettled } from './settled.ts'
import { report } from './virtual-host.ts'
import type { Incident } from './world.ts'

/** What one seed showed. The same seed and duration give the same report, to the byte. */
export interface RunReport {
  readonly seed: number
  /** Hash of everything that happened. */
  readonly trace: string
  readonly faults: readonly string[]
  readonly virtualSeconds: number
  readonly figures: Readonly<Record<'starts' | 'frames' | 'samples' | 'records' | 'cloudMessages', number>>
  readonly violations: readonly Violation[]
}

const SECOND_US = 1_000_000
/** All are installed and started by the nucleus within this time. */
const START_US = 2 * SECOND_US
/** Replays that faults held up still take their time; the rest must heal within minutes. */
const QUIET_US = 900 * SECOND_US
/** Retries begun under faults may still fail this long after the last fault. */
const GRACE_US = 60 * SECOND_US

/** Starts a gateway, lets faults strike, lets it heal, and checks that it has kept every promise. */
export async function run(options: GatewayOptions): Promise<RunReport> {
  const gateway = createGateway(options)
  const { world, processes } = gateway
  const onRejection = (error: unknown) => report(world, 'some component', 'uncaught', error)
  process.on('unhandledRejection', onRejection)
  try {
    const plan = drawFaultPlan(world.random.fork('fault-plan'), options.faultyUs)
    const starting = world.random.fork('start')
    for (const started of processes) started.start(starting.integer(0, START_US))
    const calmDown = unleash(gateway, plan, world.random.fork('faults'))
    await world.clock.runUntil(options.faultyUs)
    calmDown()
    gateway.collector.configure(gateway.plan.configurations.collector)
    const unsettled = await runUntilSettled(gateway, options.faultyUs + QUIET_US)
    const lastStart = gateway.collector.starts
    for (const ended of processes) ended.kill('end of the run')
    const evidence = await gather(gateway, lastStart)
    return {
      seed: options.seed,
      trace: world.trace.digest(),
      faults: plan.map(({ name }) => name),
      virtualSeconds: Math.round(world.clock.nowUs() / SECOND_US),
      figures: figuresOf(gateway, evidence),
      violations: [
        ...checkIncidents(world.incidents, options.faultyUs + GRACE_US),
        ...(unsettled.length > 0 ? [notSettled(unsettled, world.incidents)] : checkAll(evidence)),
      ],
    }
  } finally {
    process.off('unhandledRejection', onRejection)
  }
}

const checkAll = (evidence: Evidence): Violation[] => [
  ...checkFrames(evidence),
  ...checkSamples(evidence),
  ...checkWindows(evidence),
  ...checkReplay(evidence),
  ...checkCloud(evidence),
  ...checkStore(evidence),
]

async function gather(gateway: Gateway, lastStart: number): Promise<Evidence> {
  const { world, plan, machines, ledger } = gateway
  const [disk] = world.disk.disks('genba.Historian').values()
  return {
    journal: disk === undefined ? [] : await readJournal(disk),
    verification: disk && (await verifyStore(disk)),
    ledger,
    files: plan.files,
    machines,
    live: { lastStart, mayShed: plan.policy === 'shed' },
    cloud: world.cloud.received,
    windows: plan.changesWindows ? undefined : plan.windows,
    processor: {
      name: processor.name,
      version: processor.version,
      configuration: plan.changesWindows ? undefined : plan.configurations.processor,
    },
  }
}

function figuresOf(gateway: Gateway, { journal, cloud }: Evidence): RunReport['figures'] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    starts: sum(gateway.processes.map(({ starts }) => starts)),
    frames: journal.length,
    samples: sum(
      journal.flatMap(({ frame }) =>
        frame.body === 'samples' ? frame.columns.map(({ timesUs }) => timesUs.length) : [],
      ),
    ),
    records: sum(journal.map(({ frame }) => (frame.body === 'records' ? frame.records.length : 0))),
    cloudMessages: cloud.length,
  }
}

const incidentText = ({ atUs, component, kind, text }: Incident): string =>
  `${(atUs / SECOND_US).toFixed(3)} s ${component} ${kind}: ${text}`

/** An exception that nobody caught is a fault whenever it comes; anything else only once the world is calm. */
function checkIncidents(incidents: readonly Incident[], calmUs: number): Violation[] {
  const found = incidents.filter(({ kind, atUs }) => kind === 'uncaught' || atUs > calmUs)
  if (found.length === 0) return []
  return [
    violation('no component gives up or meets an error that it did not expect', `${found.length} incidents`, [
      ...found.map(incidentText),
    ]),
  ]
}

function notSettled(missing: readonly string[], incidents: readonly Incident[]): Violation {
  const last = incidents.slice(-3).map(incidentText)
  return violation('everything heals within bounded time once the faults stop', 'it did not', [
    ...missing,
    ...last,
  ])
}
