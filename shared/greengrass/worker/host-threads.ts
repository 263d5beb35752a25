import { asyncScheduler } from 'rxjs'
import type { WorkerHandle } from '../../component/host.ts'
import type { Order, ThreadReport } from './messages.ts'
import { createThreads } from './threads.ts'

/**
 * The process in which the threads of all functions live. It runs nothing of theirs itself, so it always listens. It
 * goes with the component, at once: a thread that cannot be stopped would hold up any kinder end.
 */
const leave = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
process.on('disconnect', leave)
// Systemd tells every process of a unit to stop; the component decides when its functions do.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => undefined)

/** Resolves when the component has been told the last report: why a thread is stuck must not die with this process. */
let said: Promise<unknown> = Promise.resolve()
const say = (report: ThreadReport): void => {
  said = new Promise((resolve) => process.send?.(report, undefined, undefined, resolve))
}

const workers = createThreads({
  entry: new URL(import.meta.url),
  scheduler: asyncScheduler,
  onStuck: () => void said.then(leave),
})
const threads = new Map<number, WorkerHandle>()

process.on('message', (order: Order) => {
  const { thread } = order
  if (order.do === 'start') {
    const handle = workers.start(order.options, (report) => {
      if (report.type === 'ended') threads.delete(thread)
      say({ thread, report })
    })
    threads.set(thread, handle)
  } else if (order.do === 'call') threads.get(thread)?.call(order.call)
  else threads.get(thread)?.end()
})
