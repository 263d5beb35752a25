import { Observable, type OperatorFunction } from 'rxjs'
import type { SampleFrame } from '../frame/frame.ts'
import type { TumblingDefinition } from './definition.ts'
import { createTumblingEngine, type EngineOptions, type Taken } from './engine.ts'

/**
 * Event-time tumbling windows over frames. Gives, at the frame that causes them, the panes of the windows that
 * became complete or were revised, and the samples that came too late for every window; frames that cause neither
 * give nothing.
 *
 * ```
 * frames   a(to 8 s)  b(to 11 s)    c(late)      |
 * windows  ---------  pane 0..10 s  revision 1   |
 * ```
 *
 * Each subscription has its own windows. The end of the source closes none: whether a source is complete is said by
 * the watermark in its frames, not by the life of a process.
 */
export function tumblingWindows(
  definitions: readonly TumblingDefinition[],
  options: EngineOptions = {},
): OperatorFunction<SampleFrame, Taken> {
  return (source) =>
    new Observable((subscriber) => {
      const engine = createTumblingEngine(definitions, options)
      return source.subscribe({
        next: (frame) => {
          const taken = engine.take(frame)
          if (taken.panes.length > 0 || taken.late.length > 0) subscriber.next(taken)
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}
