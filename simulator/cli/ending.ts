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

/**
 * Starts a gateway, hands it to `work` together with what tells once that it shall end (a signal, `genba stop`, or
 * that nobody reads the output any more), and stops it in order, whatever happens in between.
 */
export async function withGateway<Result>(
  options: GatewayOptions,
  output: Output,
  work: (gateway: Gateway, ending$: Observable<EndReason>) => Promise<Result>,
): Promise<Result> {
  // Before anything has started, or a signal in between would leave processes behind.
  const signals = catchSignals()
  try {
    const gateway = await startGateway(options)
    try {
      const ending = merge(
        signals.first$.pipe(map((): EndReason => 'signal')),
        aborted(gateway.stopAsked).pipe(map((): EndReason => 'stop command')),
        aborted(output.closed).pipe(map((): EndReason => 'closed output')),
      )
      return await work(gateway, ending.pipe(take(1)))
    } finally {
      await stop(gateway)
    }
  } finally {
    signals.release()
  }
}

const aborted = (signal: AbortSignal): Observable<unknown> =>
  signal.aborted ? of(undefined) : fromEvent(signal, 'abort')

/** Stops in order; another signal, given later, kills what is still running and gives up. */
async function stop(gateway: Gateway): Promise<void> {
  let ignore = (): void => {}
  // One Ctrl-C may arrive twice: from the terminal, and once more from npm, which passes it on.
  const patience = setTimeout(() => {
    ignore = onNextSignal(() => {
      for (const { name } of gateway.nucleus.components()) gateway.nucleus.kill(name)
      process.exit(EXIT_INTERRUPTED)
    })
  }, SAME_SIGNAL_MS)
  try {
    await gateway.stop()
  } finally {
    clearTimeout(patience)
    ignore()
  }
}
