import { loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { Topic } from '../shared/contract/topics.ts'
import type { Configurations } from '../simulator/cli/deployments.ts'
import type { Gateway } from '../simulator/cli/gateway.ts'
import { atMost, type Benchmark, type BenchResult, type Figures } from './benchmark.ts'
import { cpuSeconds, difference } from './handoff/cpu.ts'
import { runBacktests } from './reaction/backtests.ts'
import { SOURCE_MODULE, withWholeGateway } from './reaction/gateway.ts'
import { type Spread, spreadOf } from './reaction/latencies.ts'
import { Recorder, type Ways } from './reaction/recorder.ts'

const GOALS = { p99Ms: 20, p999Ms: 50 }

/** Two machines of 50 tags at 100 Hz: 10,000 samples/s. The rules act on every sample of two tags of each. */
const MACHINE = { tags: 50, guards: 2, rateHz: 100 }
const URGENT_AGE = '2ms'

/** Connections, compilation and the first writes are not what is measured. */
const WARM_UP_MS = 8_000
/** 6,000 actions of each rule: six lie beyond the last quantile. */
const MEASURE_MS = 30_000
const START_MS_MAX = 30_000
const MISSING_MS_MAX = 10_000
const POLL_MS = 50

const PROCESSING = {
  windows: [{ tags: ['#'], size: '10s' }],
  rules: ['urgent', 'plain'].map((machine) => ({
    name: machine,
    sql: `SELECT tag, timeUs FROM '${machine}/guard/+' WHERE value > 0`,
    deadline: '20ms',
    actions: [{ type: 'republish', topic: `genba/v1/rule/bench/${machine}` }],
  })),
}

const CONFIGURATIONS: Configurations = {
  'genba.Collector': {
    sources: ['urgent', 'plain'].map((prefix) => ({
      type: 'plugin',
      name: prefix,
      module: SOURCE_MODULE,
      options: { ...MACHINE, prefix },
    })),
    frame: { urgent: [{ tags: ['urgent/guard/+'], maxAge: URGENT_AGE }] },
  },
  'genba.Processor': PROCESSING,
}

/** What is tried on the store meanwhile: the same with finer windows. */
const BACKTESTED = { ...PROCESSING, windows: [{ tags: ['#'], size: '1s' }] }

interface Measured {
  readonly urgent: Ways
  readonly plain: Ways
  readonly backtests: number
  /** CPU seconds by process in the time measured. */
  readonly cpu: Readonly<Record<string, number>>
}

/**
 * A whole gateway with its cloud, each component its own process over the real IPC, and `genba backtest` over its store
 * again and again. Nucleus, simulated cloud and this measurement share one process. Both rules are the same but for
 * the machine: the frames of one are closed when something urgent is in them, those of the other after 100 ms.
 */
export const bench: Benchmark = {
  name: 'reaction',
  summary:
    'ms from a sample to the action of a rule, at 10,000 samples/s with historian, uplink and backtests',
  run: async (progress) => {
    const seconds = (WARM_UP_MS + MEASURE_MS) / 1000
    progress(`two machines of ${MACHINE.tags} tags at ${MACHINE.rateHz} Hz, ${seconds} s`)
    return toResult(await withWholeGateway(CONFIGURATIONS, measure))
  },
}

async function measure(gateway: Gateway): Promise<Measured> {
  const bus = gateway.nucleus.bus('bench')
  const urgent = new Recorder((tag) => tag.startsWith('urgent/guard/'))
  const plain = new Recorder((tag) => tag.startsWith('plain/guard/'))
  let actions = 0
  await bus.subscribe('genba/v1/rule/bench/urgent', (message) => {
    actions++
    urgent.onAction(message)
  })
  await bus.subscribe('genba/v1/rule/bench/plain', (message) => plain.onAction(message))
  await bus.subscribe(Topic.allFeeds, (message) => {
    urgent.onFrame(message)
    plain.onFrame(message)
  })
  await until('the first action', START_MS_MAX, () => actions > 0)
  const backtests = runBacktests(gateway, BACKTESTED)
  await pause(WARM_UP_MS)
  const before = cpuSeconds(gateway.nucleus)
  urgent.start()
  plain.start()
  await pause(MEASURE_MS)
  urgent.stop()
  plain.stop()
  const cpu = difference(cpuSeconds(gateway.nucleus), before)
  // One that never comes is no latency: it would be the worst of all, and left out.
  await until('the last actions', MISSING_MS_MAX, () => urgent.missing + plain.missing === 0)
  return { urgent: urgent.ways(), plain: plain.ways(), backtests: await backtests.stop(), cpu }
}

async function until(what: string, withinMs: number, isSo: () => boolean): Promise<void> {
  for (const startMs = performance.now(); !isSo(); await pause(POLL_MS)) {
    if (performance.now() - startMs > withinMs) throw new Error(`waited ${withinMs} ms in vain for ${what}`)
  }
}

function toResult({ urgent, plain, backtests, cpu }: Measured): BenchResult {
  const whole = spreadOf(urgent.wholeMs)
  const without = spreadOf(plain.wholeMs)
  return {
    figures: {
      ...whole,
      parts: partsOf(urgent),
      plain: { ...without, parts: partsOf(plain) },
      frameAgeMs: frameAge(whole, without),
      backtests,
      cpuShareByProcess: Object.fromEntries(
        Object.entries(cpu).map(([name, seconds]) => [name, (seconds * 1000) / MEASURE_MS]),
      ),
      // Other work on the machine is in the figures; this says how much there was.
      loadAverage: loadavg()[0] ?? Number.NaN,
    },
    ratios: {},
    goals: { p99Ms: atMost(GOALS.p99Ms, whole.p99Ms), p999Ms: atMost(GOALS.p999Ms, whole.p999Ms) },
  }
}

const partsOf = ({ toFrameMs, toActionMs }: Ways): Figures => ({
  sampleToFrame: spreadOf(toFrameMs),
  frameToAction: spreadOf(toActionMs),
})

/** What waiting for a frame of 100 ms adds to the mean, and its share in the latency of a tag that is not urgent. */
function frameAge(urgent: Spread, plain: Spread): Figures {
  const addedMs = plain.meanMs - urgent.meanMs
  return { added: addedMs, share: addedMs / plain.meanMs }
}
