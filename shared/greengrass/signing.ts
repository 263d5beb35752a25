import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openSigningKey, type SigningKey } from '../proof/signing-key.ts'

const OWNER_ONLY = 0o700

/**
 * The key `keys/NAME.pem` of a component's work folder; makes both where they are not.
 * @throws ProofError `GENBA_PROOF_KEY`
 */
export async function openComponentKey(workFolder: string, name: string): Promise<SigningKey> {
  const folder = join(workFolder, 'keys')
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY })
  return await openSigningKey(join(folder, `${name}.pem`))
}
