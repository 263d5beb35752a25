import type { Gateway } from './gateway.ts'

/** Nothing moves any more for so long: longer than the longest pause between two tries of a component. */
const STILL_US = 40_000_000
const LOOK_EVERY_US = 2_000_000

/**
 * Lets a gateway without faults run until everything is handed over: all sources read to their end, all queues
 * empty, and no figure of progress moving.
 * @returns what is still to be done when the bound is reached; nothing when all is done
 */
export async function runUntilSettled(gateway: Gateway, boundUs: number): Promise<readonly string[]> {
  const { clock } = gateway.world
  const endUs = clock.nowUs() + boundUs
  let stillSinceUs = clock.nowUs()
  let progress = ''
  let missing: readonly string[] = ['not looked at yet']
  while (clock.nowUs() < endUs) {
    await clock.runUntil(clock.nowUs() + LOOK_EVERY_US)
    const state = await look(gateway)
    if (state.progress !== progress || state.missing.length > 0) stillSinceUs = clock.nowUs()
    progress = state.progress
    missing = state.missing
    if (clock.nowUs() - stillSinceUs >= STILL_US) return []
  }
  return missing.length > 0 ? missing : ['figures still move']
}

/** Figures that change while anything is on its way. */
const PROGRESS = /_(lsn|sent|stored|emitted|revised|raised|cleared|finished|read)$/

async function look(gateway: Gateway): Promise<{ progress: string; missing: readonly string[] }> {
  const missing: string[] = []
  const progress: string[] = []
  for (const process of gateway.processes) {
    const figures = await process.figures()
    if (figures === undefined) {
      missing.push(`${process.name} does not run`)
      continue
    }
    for (const { name, depth } of figures.queues) {
      if (depth > 0) missing.push(`${process.name} has ${depth} in its queue ${name}`)
    }
    for (const [name, value] of Object.entries(figures.metrics)) {
      if (PROGRESS.test(name)) progress.push(`${name} ${value}`)
    }
    const finished = figures.metrics['genba_collector_sources_finished']
    const sources = gateway.plan.files.length + gateway.plan.machines.length
    if (finished !== undefined && finished < sources) {
      missing.push(`${sources - finished} of ${sources} sources are not read to their end`)
    }
  }
  return { progress: progress.join('\n'), missing }
}
