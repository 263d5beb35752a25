import { fromEvent, merge, type Observable, of } from 'rxjs'
import { map, take } from 'rxjs/operators'
import type { Gateway, GatewayOptions } from './gateway.ts'
import type { Output } from './output.ts'
import { catchSignals, onNextSignal } from './signals.ts'
import { startGateway } from './start-gateway.ts'

export type EndReason = 'signal' | 'stop command' | 'closed output'

/** What a shell reports of a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130
const SAME_SIGNAL_MS = 1000

/** What runs until it is told to end. */
export interface Runnable {
  /** Aborted when a command asks it to stop. */
  readonly stopAsked: AbortSignal
  stop(): Promise<void>
}

/** Starts a gateway, and stops it in order; see `withRunning`. */
export function withGateway<Result>(
  options: GatewayOptions,
  output: Output,
  work: (gateway: Gateway, ending$: Observable<EndReason>) => Promise<Result>,
): Promise<Result> {
  const kill = ({ nucleus }: Gateway): void => {
    for (const { name } of nucleus.components()) nucleus.kill(name)
  }
  return withRunning({ start: () => startGateway(options), kill }, output, work)
}

/**
 * Starts something, hands it to `work` together with what tells once that it shall end (a signal, `genba stop`, or
 * that nobody reads the output any more), and stops it in order, whatever happens in between.
 * @param running.kill leaves no process of it behind when there is no time left
 */
export async function withRunning<Running extends Runnable, Result>(
  { start, kill }: { readonly start: () => Promise<Running>; readonly kill: (running: Running) => void },
  output: Output,
  work: (running: Running, ending$: Observable<EndReason>) => Promise<Result>,
): Promise<Result> {
  // Before anything has started, or a signal in between would leave processes behind.
  const signals = catchSignals()
  try {
    const running = await start()
    try {
      const ending = merge(
        signals.first$.pipe(map((): EndReason => 'signal')),
        aborted(running.stopAsked).pipe(map((): EndReason => 'stop command')),
        aborted(output.closed).pipe(map((): EndReason => 'closed output')),
      )
      return await work(running, ending.pipe(take(1)))
    } finally {
      await stop(running, () => kill(running))
    }
  } finally {
    signals.release()
  }
}

const aborted = (signal: AbortSignal): Observable<unknown> =>
  signal.aborted ? of(undefined) : fromEvent(signal, 'abort')

/** Stops in order; another signal, given later, kills what is still running and gives up. */
async function stop(running: Runnable, kill: () => void): Promise<void> {
  let ignore = (): void => {}
  // One Ctrl-C may arrive twice: from the terminal, and once more from npm, which passes it on.
  const patience = setTimeout(() => {
    ignore = onNextSignal(() => {
      kill()
      process.exit(EXIT_INTERRUPTED)
    })
  }, SAME_SIGNAL_MS)
  try {
    await running.stop()
  } finally {
    clearTimeout(patience)
    ignore()
  }
}
