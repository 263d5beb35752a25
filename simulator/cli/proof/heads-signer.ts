import { historianLogOf } from '../../../shared/contract/producers.ts'
import type { EvidenceMaker } from '../../../shared/evidence/prove.ts'
import { openComponentKey } from '../../../shared/greengrass/signing.ts'
import type { StateDirectory } from '../state-directory.ts'

/**
 * What the historian of a stopped gateway would sign with; its key is made where there is none.
 * @throws ProofError `GENBA_PROOF_KEY`
 */
export async function openHeadsSigner(state: StateDirectory): Promise<EvidenceMaker> {
  return {
    key: await openComponentKey(state.historianWork, 'heads'),
    log: historianLogOf(state.thing),
    nowUs: Date.now() * 1000,
  }
}
