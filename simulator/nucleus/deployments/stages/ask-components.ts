import type { UpdateNotices } from '../../notices/update-notices.ts'
import type { Timer } from '../../timer.ts'
import type { DeploymentDocument } from '../document/deployment-document.ts'

export interface AskContext {
  readonly notices: UpdateNotices
  readonly timer: Timer
  readonly signal: AbortSignal
  readonly log: (message: string) => void
}

/**
 * Tells the components that a deployment is about to change something, and waits as long as they ask for, again and
 * again: each round has the policy's time, and only the deployment's own time limit ends the rounds.
 */
export async function askComponents(
  { deploymentId, componentUpdatePolicy: { action, timeout } }: DeploymentDocument,
  isGgcRestarting: boolean,
  { notices, timer, signal, log }: AskContext,
): Promise<void> {
  if (action === 'SKIP_NOTIFY_COMPONENTS') return
  for (;;) {
    const waitMs = await notices.ask({ deploymentId, isGgcRestarting, timeoutMs: timeout * 1000 }, signal)
    if (waitMs <= 0) return
    log(`a component asks to wait ${waitMs} ms`)
    await timer.sleep(waitMs, signal)
  }
}
