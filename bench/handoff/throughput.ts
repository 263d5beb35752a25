import type { BusMessage } from '../../shared/component/host.ts'
import type { Nucleus } from '../../simulator/nucleus/core-device.ts'
import { cpuSeconds, difference } from './cpu.ts'

export interface Throughput {
  readonly samplesPerSecond: number
  /** Microseconds of CPU a sample, by process. */
  readonly cpuMicrosecondsPerSample: Readonly<Record<string, number>>
}

export interface Measurement {
  readonly topic: string
  /** The acknowledged samples so far that a message tells of; undefined when it tells of none. */
  readonly readCount: (message: BusMessage) => number | undefined
  /** Connections, compilation and the first writes are not what is measured. */
  readonly warmUpMs: number
  readonly measureMs: number
}

/** No message for so long means that something does not run. */
const SILENCE_MS_MAX = 30_000

interface Point {
  readonly count: number
  readonly atMs: number
  readonly cpu: Readonly<Record<string, number>>
}

/** Measures between two messages, so that neither the first nor the last interval is cut. */
export async function measureThroughput(nucleus: Nucleus, measurement: Measurement): Promise<Throughput> {
  const { topic, readCount, warmUpMs, measureMs } = measurement
  return await new Promise<Throughput>((resolve, reject) => {
    let start: Point | undefined
    let firstMs: number | undefined
    let silence = setTimeout(onSilence, SILENCE_MS_MAX)
    function onSilence(): void {
      reject(new Error(`no sample was acknowledged within ${SILENCE_MS_MAX / 1000} s`))
    }
    const onMessage = (message: BusMessage): void => {
      const count = readCount(message)
      if (count === undefined || count === 0) return
      clearTimeout(silence)
      silence = setTimeout(onSilence, SILENCE_MS_MAX)
      const atMs = performance.now()
      firstMs ??= atMs
      if (atMs - firstMs < warmUpMs) return
      if (start === undefined) {
        start = { count, atMs, cpu: cpuSeconds(nucleus) }
      } else if (atMs - start.atMs >= measureMs) {
        clearTimeout(silence)
        resolve(throughputBetween(start, { count, atMs, cpu: cpuSeconds(nucleus) }))
      }
    }
    nucleus.bus('bench').subscribe(topic, onMessage).catch(reject)
  })
}

function throughputBetween(start: Point, end: Point): Throughput {
  const samples = end.count - start.count
  const cpu = Object.entries(difference(end.cpu, start.cpu))
  return {
    samplesPerSecond: (samples * 1000) / (end.atMs - start.atMs),
    cpuMicrosecondsPerSample: Object.fromEntries(
      cpu.map(([name, seconds]) => [name, (seconds * 1e6) / samples]),
    ),
  }
}
