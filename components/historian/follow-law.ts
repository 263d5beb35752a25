import { concatMap, distinctUntilChanged, from, map, type Subscription } from 'rxjs'
import type { Host } from '../../shared/component/host.ts'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import type { LawKeeper } from '../../shared/law/law-keeper.ts'
import type { LawConfig } from '../../shared/retention/config.ts'
import type { HistorianConfig } from './config.ts'

const BY = { by: 'genba.Historian', reason: 'as configured by deployment' }

/**
 * Takes the law of the configuration into the store, now and with every update. One that cannot be taken is logged, and
 * the law in force stays.
 *
 * @returns once the first is in force: nothing may be judged by an older one
 */
export function followLaw(
  { config$, log, lifecycle }: Pick<Host<HistorianConfig>, 'config$' | 'log' | 'lifecycle'>,
  keeper: LawKeeper,
): Promise<Subscription> {
  const take = async (law: LawConfig): Promise<void> => {
    try {
      await keeper.setLaw(law, BY)
    } catch (error) {
      if (!(error instanceof GenbaError)) throw error
      log.error({ error: describeError(error) }, 'the law of the configuration is not in force')
    }
  }
  return new Promise((resolve) => {
    const subscription = config$
      .pipe(
        map(({ lawClasses, laws }) => ({ lawClasses, laws })),
        distinctUntilChanged((left, right) => JSON.stringify(left) === JSON.stringify(right)),
        concatMap((law) => from(take(law))),
      )
      .subscribe({
        next: () => resolve(subscription),
        error: (error: unknown) => lifecycle.fail(error),
      })
  })
}
