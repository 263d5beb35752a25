import type { Source, SourceBatch, SourceContext } from '../../../shared/source/source.ts'
import { createNudge } from '../../../shared/time/nudge.ts'
import type { GpioSourceConfig, PinConfig } from '../config.ts'
import type { GpioDriver } from './driver.ts'
import { resolveLine } from './line-number.ts'
import { WatchedPin } from './pin.ts'

export interface GpioOptions {
  readonly pins: GpioSourceConfig['pins']
  readonly heartbeatMs: number
  /** Loaded when the source is read, so that a machine without GPIO harms this source alone. */
  readonly openDriver: () => Promise<GpioDriver>
}

/** Inputs of this machine: a sample at each edge, true while active. Cannot be read again. */
export function createGpioSource(options: GpioOptions): Source {
  return { replayable: false, read: (context) => readGpio(options, context) }
}

async function* readGpio(options: GpioOptions, context: SourceContext): AsyncGenerator<SourceBatch> {
  const { scheduler, signal, log } = context
  const nudge = createNudge(scheduler)
  let failure: Error | undefined
  const pins: WatchedPin[] = []
  const onError = (error: Error) => {
    failure = error
    nudge.call()
  }
  try {
    const driver = await options.openDriver()
    for (const config of options.pins) {
      pins.push(await openPin(config, { driver, context, onEdge: () => nudge.call(), onError }))
    }
    let completeBeforeUs = -Infinity
    let dropped = 0
    while (!signal.aborted) {
      if (failure) throw failure
      completeBeforeUs = Math.max(completeBeforeUs, lowestOf(pins))
      const columns = pins.map((pin) => pin.take()).filter((column) => column !== undefined)
      yield { columns, completeBeforeUs, position: '' }
      const nowDropped = pins.reduce((sum, pin) => sum + pin.dropped, 0)
      if (nowDropped > dropped)
        log.warn({ edges: nowDropped - dropped }, 'edges were lost: a line gives too many')
      dropped = nowDropped
      await calm(nudge, options.heartbeatMs, signal)
    }
  } finally {
    for (const pin of pins) pin.close()
  }
}

const lowestOf = (pins: readonly WatchedPin[]): number =>
  Math.min(...pins.map(({ completeBeforeUs }) => completeBeforeUs))

/** Waits for an edge or the next heartbeat; the signal ends it quietly. */
async function calm(
  nudge: ReturnType<typeof createNudge>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await nudge.wait(timeoutMs, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function openPin(
  config: PinConfig,
  parts: {
    readonly driver: GpioDriver
    readonly context: SourceContext
    readonly onEdge: () => void
    readonly onError: (error: Error) => void
  },
): Promise<WatchedPin> {
  const { driver, context, onEdge, onError } = parts
  const { files, clock, scheduler } = context
  const number = await resolveLine(config, files)
  const input = await driver.open({ number, edge: config.edge, activeLow: config.activeLow })
  return new WatchedPin({ config, input, clock, scheduler, onEdge, onError })
}
