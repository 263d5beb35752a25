import type { Host } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import { StoreError } from '../../shared/store/errors.ts'
import { wait } from '../../shared/time/wait.ts'
import { WRITE_AGAIN_MAX_MS } from './limits.ts'

/**
 * Opens what a full disk lets nobody open, once it has room again: to leave and be started anew would help nobody, and after
 * the third time the nucleus would give up.
 * @throws every other error of `open`
 */
export async function openPatiently<T>(
  { scheduler, log }: Pick<Host<unknown>, 'scheduler' | 'log'>,
  open: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'GENBA_STORE_FULL')) throw error
      log.error({ error: describeError(error) }, 'the store cannot be opened: the disk is full; trying again')
      await wait(scheduler, WRITE_AGAIN_MAX_MS)
    }
  }
}
