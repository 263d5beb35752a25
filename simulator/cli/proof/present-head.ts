import { text } from 'node:stream/consumers'
import { PresentHead, presentHead } from '../../../shared/evidence/present-head.ts'
import { askGateway } from '../control-client.ts'
import type { StateDirectory } from '../state-directory.ts'
import { withStoppedJournal } from '../store/stopped.ts'
import { openHeadsSigner } from './heads-signer.ts'

/**
 * The head of the Merkle log of a gateway, running or stopped, signed now.
 * @param sinceSize leaves of an earlier head that it is to be shown to continue
 */
export async function readPresentHead(state: StateDirectory, sinceSize: number): Promise<PresentHead> {
  const running = await askGateway(state, 'GET', '/head', { since: String(sinceSize) })
  if (running !== undefined) return PresentHead.parse(JSON.parse(await text(running)))
  return withStoppedJournal(state, async ({ proof }) =>
    presentHead(proof, await openHeadsSigner(state), sinceSize),
  )
}
