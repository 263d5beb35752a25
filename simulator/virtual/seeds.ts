import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type RunReport, run } from './run.ts'
import { SABOTAGES, type SabotageName } from './sabotage.ts'

/** What a worker needs to run seeds; plain data, since it crosses threads. */
export interface Job {
  readonly faultyUs: number
  readonly sabotage: SabotageName | undefined
  readonly trace: boolean
}

/** The entry of the program; each worker loads it again. */
export interface Workers {
  readonly entry: URL
  readonly count: number
}

export const isWorker = !isMainThread

/** Runs one seed here. */
export function runSeed(seed: number, job: Job, print?: (line: string) => void): Promise<RunReport> {
  return run({
    seed,
    faultyUs: job.faultyUs,
    sabotage: job.sabotage === undefined ? undefined : SABOTAGES[job.sabotage],
    print: job.trace ? print : undefined,
  })
}

/** The life of a worker: a seed comes, its report goes. */
export function serveSeeds(): void {
  const job: Job = workerData
  parentPort?.on('message', (seed: number) => {
    runSeed(seed, job).then(
      (report) => parentPort?.postMessage(report),
      (error: unknown) => {
        throw error
      },
    )
  })
}

/**
 * Runs seeds on several threads; each takes the next seed when it is done with one. Reports come as they are ready.
 * @throws whatever a worker threw: the harness is at fault then, not the system
 */
export async function runSeeds(
  seeds: readonly number[],
  job: Job,
  options: { readonly workers: Workers; readonly onReport: (report: RunReport) => void },
): Promise<void> {
  const { entry, count } = options.workers
  const waiting = [...seeds]
  const serve = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(entry, { workerData: job })
      const next = () => {
        const seed = waiting.shift()
        if (seed === undefined) worker.terminate().then(() => resolve(), reject)
        else worker.postMessage(seed)
      }
      worker.on('error', reject)
      worker.on('message', (report: RunReport) => {
        options.onReport(report)
        next()
      })
      next()
    })
  await Promise.all(Array.from({ length: Math.min(count, seeds.length) }, serve))
}
