import { HealthMessage } from '../shared/contract/health.ts'
import { Topic } from '../shared/contract/topics.ts'
import { atLeast, type Benchmark, type BenchResult } from './benchmark.ts'
import { deployed, deployedNaive, FACTORY_MODULE, withCore } from './handoff/core.ts'
import { NAIVE_ACKNOWLEDGED } from './handoff/naive/topics.ts'
import { measureThroughput, type Throughput } from './handoff/throughput.ts'

const TAGS = 1000
const SAMPLES_PER_SECOND_WANTED = 1_000_000
const VS_NAIVE_WANTED = 100

/** Long enough that a second of health messages more or less is little. */
const TIMES = { warmUpMs: 3_000, measureMs: 10_000 }

/**
 * Collector, nucleus and historian as they run on a gateway, each its own process over the real IPC, the source as
 * fast as it is pulled; a sample counts once its frame is on disk and acknowledged. The baseline in the same run is
 * one JSON message a sample over the same IPC, spared one synchronous write a sample.
 */
export const bench: Benchmark = {
  name: 'handoff',
  summary:
    'samples/s from the collector through IPC to the acknowledgement, against one JSON message a sample',
  run: async (progress) => {
    progress(`frames: ${TAGS} tags, collector to historian, ${seconds()}`)
    const frames = await measureFrames()
    progress(`naive: one JSON message a sample over the same IPC, ${seconds()}`)
    return toResult(frames, await measureNaive())
  },
}

const seconds = (): string => `${(TIMES.warmUpMs + TIMES.measureMs) / 1000} s`

function measureFrames(): Promise<Throughput> {
  const options = { mode: 'burst', tags: TAGS, seed: 1 }
  const source = { type: 'plugin', name: 'burst', module: FACTORY_MODULE, options }
  const core = [deployed('Runtime'), deployed('Historian'), deployed('Collector', { sources: [source] })]
  return withCore(core, (nucleus) =>
    measureThroughput(nucleus, {
      ...TIMES,
      topic: Topic.health('genba.Historian'),
      readCount: ({ payload }) => {
        const health = 'json' in payload ? HealthMessage.safeParse(payload.json).data : undefined
        return health?.metrics['genba_historian_samples_stored']
      },
    }),
  )
}

function measureNaive(): Promise<Throughput> {
  const core = [
    deployed('Runtime'),
    deployedNaive('bench.NaiveHistorian', 'naive-historian.mjs'),
    deployedNaive('bench.NaiveProducer', 'naive-producer.mjs'),
  ]
  return withCore(core, (nucleus) =>
    measureThroughput(nucleus, {
      ...TIMES,
      topic: NAIVE_ACKNOWLEDGED,
      readCount: ({ payload }) => ('json' in payload ? Number(payload.json['upTo']) : undefined),
    }),
  )
}

function toResult(frames: Throughput, naive: Throughput): BenchResult {
  const total = (figures: Readonly<Record<string, number>>): number =>
    Object.values(figures).reduce((sum, figure) => sum + figure, 0)
  const vsNaive = frames.samplesPerSecond / naive.samplesPerSecond
  return {
    figures: {
      samplesPerSecond: frames.samplesPerSecond,
      cpuMicrosecondsPerSample: total(frames.cpuMicrosecondsPerSample),
      cpuMicrosecondsPerSampleByProcess: frames.cpuMicrosecondsPerSample,
      naiveSamplesPerSecond: naive.samplesPerSecond,
      naiveCpuMicrosecondsPerSample: total(naive.cpuMicrosecondsPerSample),
    },
    ratios: { vsNaive },
    goals: {
      samplesPerSecond: atLeast(SAMPLES_PER_SECOND_WANTED, frames.samplesPerSecond),
      vsNaive: atLeast(VS_NAIVE_WANTED, vsNaive),
    },
  }
}
