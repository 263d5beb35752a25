import { asyncScheduler, interval, lastValueFrom } from 'rxjs'
import { concatMap, distinctUntilChanged, map, startWith, takeUntil } from 'rxjs/operators'
import { withRunning } from '../ending.ts'
import { formatCounted } from '../figures.ts'
import type { Output } from '../output.ts'
import { createProgress } from '../progress.ts'
import { rememberLast } from '../state-directory.ts'
import { type OpenFleet, type OpenFleetOptions, openFleet } from './open-fleet.ts'
import { rolloutLine } from './texts.ts'

const LOOK_MS = 2000

/** Runs a fleet until it is told to end, and says how the group's latest deployment goes whenever that changes. */
export async function runFleet(
  output: Output,
  options: OpenFleetOptions,
  form: 'line' | 'json',
): Promise<void> {
  const { count } = options
  const progress = createProgress(output)
  const onStarted = (devices: number): void =>
    progress.show(() => `${devices} of ${formatCounted(count, 'gateway', 'gateways')} have started`)
  const start = (): Promise<OpenFleet> => openFleet({ ...options, onStarted }).finally(() => progress.end())
  // Stand-ins are no processes.
  const kept = await withRunning({ start, kill: () => {} }, output, async ({ fleet, state }, ending$) => {
    rememberLast(state)
    for (const line of banner(state.path, options)) output.note(line)
    const lines = interval(LOOK_MS, asyncScheduler).pipe(
      startWith(0),
      map(() => fleet.report()),
      distinctUntilChanged((left, right) => rolloutLine(left) === rolloutLine(right)),
      concatMap((report) =>
        form === 'json'
          ? output.json({ v: 1, group: report.group, deployment: report.deployment })
          : output.data(`${rolloutLine(report)}\n`),
      ),
      takeUntil(ending$),
    )
    await lastValueFrom(lines, { defaultValue: undefined })
    output.note('genba: stopping')
    return state.path
  })
  output.note(`genba: stopped; everything is kept in ${kept}`)
}

function banner(path: string, { count, group, fates, flavour }: OpenFleetOptions): string[] {
  const { seed, failing, vanishing } = fates
  return [
    `genba: ${formatCounted(count, 'gateway', 'gateways')} in the group ${group} run in ${path}`,
    `       seed ${seed}, ${percent(failing)} fail a new version, ${percent(vanishing)} vanish with it, nucleus ${flavour}`,
    `       in another terminal: npx genba deploy --to ${group} --component NAME=VERSION --rollout perMinute=10`,
    '                            npx genba fleet status --devices',
    '       Ctrl-C stops it',
    '',
  ]
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
