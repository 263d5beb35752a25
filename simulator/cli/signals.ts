import { type Observable, ReplaySubject } from 'rxjs'
import { take } from 'rxjs/operators'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type EndSignal = (typeof SIGNALS)[number]

/** Takes over the signals that ask a process to end; whoever asks later still hears of the first. */
export function catchSignals(): { readonly first$: Observable<EndSignal>; release(): void } {
  const caught = new ReplaySubject<EndSignal>(1)
  const note = (signal: NodeJS.Signals): void => caught.next(signal as EndSignal)
  for (const signal of SIGNALS) process.on(signal, note)
  return {
    first$: caught.pipe(take(1)),
    release: () => {
      for (const signal of SIGNALS) process.removeListener(signal, note)
    },
  }
}

/** Calls back on the next signal of the kind. @returns the function that stops listening */
export function onNextSignal(action: () => void): () => void {
  for (const signal of SIGNALS) process.once(signal, action)
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, action)
  }
}
