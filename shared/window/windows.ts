import { Observable, type OperatorFunction, type SchedulerLike, type Subscriber } from 'rxjs'
import type { SampleFrame } from '../frame/frame.ts'
import type { WindowDefinition } from './definition.ts'
import { type Advance, createWatermarkEstimator, type EstimatorOptions } from './estimator.ts'
import {
  createWindowEngine,
  type WindowEngine,
  type WindowEngineOptions,
  type WindowsTaken,
} from './window-engine.ts'

/** Watermarks made from the samples, for sources whose frames bring none. */
export interface EstimateOptions extends EstimatorOptions {
  /** Its `now()` tells who is idle and who is too far ahead; nothing else is read from a clock. */
  readonly scheduler: SchedulerLike
  /** How often idle producers are looked for. */
  readonly everyMs?: number
}

export interface WindowsOptions extends WindowEngineOptions {
  /** Left out: the watermarks are those in the frames. */
  readonly estimate?: EstimateOptions
}

/** Idleness is a matter of seconds. */
const EVERY_MS = 1000

/**
 * Event-time windows over frames. Gives, at the frame that causes them, the panes of the windows that became
 * complete or were revised, the windows withdrawn, and the samples that came too late for every window; frames that
 * cause none of these give nothing.
 *
 * ```
 * frames   a(to 8 s)  b(to 11 s)    c(late)      |
 * windows  ---------  pane 0..10 s  revision 1   |
 * ```
 *
 * Each subscription has its own windows. The end of the source closes none: whether a source is complete is said by
 * the watermark in its frames, not by the life of a process.
 *
 * @throws GenbaError `GENBA_WINDOW_INVALID`, as an error of the observable
 */
export function windows(
  definitions: readonly WindowDefinition[],
  options: WindowsOptions = {},
): OperatorFunction<SampleFrame, WindowsTaken> {
  return (source) =>
    new Observable((subscriber) => {
      const engine = createWindowEngine(definitions, options)
      const give = (taken: WindowsTaken): void => {
        const { panes, withdrawn, late } = taken
        if (panes.length > 0 || withdrawn.length > 0 || late.length > 0) subscriber.next(taken)
      }
      const next =
        options.estimate === undefined
          ? (frame: SampleFrame) => give(engine.take(frame))
          : estimating(engine, options.estimate, give, subscriber)
      subscriber.add(
        source.subscribe({
          next,
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      )
    })
}

function estimating(
  engine: WindowEngine,
  options: EstimateOptions,
  give: (taken: WindowsTaken) => void,
  subscriber: Subscriber<WindowsTaken>,
): (frame: SampleFrame) => void {
  const { scheduler, everyMs = EVERY_MS } = options
  const estimator = createWatermarkEstimator(options)
  const advance = (advances: readonly Advance[]): void => {
    for (const { producer, completeBeforeUs } of advances) give(engine.advance(producer, completeBeforeUs))
  }
  const tick = (): void => advance(estimator.tick(scheduler.now() * 1000))
  if (options.idleAfterUs !== undefined) {
    subscriber.add(
      scheduler.schedule(function () {
        tick()
        this.schedule(undefined, everyMs)
      }, everyMs),
    )
  }
  return (frame) => {
    tick()
    const estimated = estimator.take(frame)
    advance(estimated.before)
    give(engine.take(estimated.frame))
    advance(estimated.after)
  }
}
