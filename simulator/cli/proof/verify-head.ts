import { type PresentHead, verifyContinues } from '../../../shared/evidence/present-head.ts'
import { readPublicKey } from '../../../shared/proof/public-key.ts'
import { verifyTreeHead } from '../../../shared/proof/tree-head.ts'
import { readTreeHead, type SignedTreeHead } from '../../../shared/proof/tree-head-text.ts'
import { CliError } from '../errors.ts'
import { formatCounted } from '../figures.ts'
import type { Output } from '../output.ts'
import { readKeyOption, readWholeFile } from '../read-file.ts'
import type { StateDirectory } from '../state-directory.ts'
import { readPresentHead } from './present-head.ts'

const HEAD_FILE_BYTES_MAX = 16_384

/**
 * Whether a store still has everything that an earlier head of it was signed over.
 * @throws CliError `GENBA_HEAD_INVALID`
 */
export async function printHeadCheck(
  output: Output,
  state: StateDirectory,
  { head: path, key, json }: { readonly head: string; readonly key?: string; readonly json?: true },
): Promise<void> {
  const earlier = readHeadFile(path)
  const present = await readPresentHead(state, earlier.size)
  const reason = faultOf(earlier, present, key)
  if (json) {
    const { size, rootHash, timeUs } = present.head
    await output.json({
      v: 1,
      ok: reason === undefined,
      reason: reason ?? null,
      earlier,
      present: { size, rootHash, timeUs },
    })
  }
  if (reason !== undefined) {
    throw new CliError('GENBA_HEAD_INVALID', 'the store is not what this head was signed over', {
      where: path,
      expected: `a log that begins with the ${earlier.size} leaves of the head`,
      received: reason,
      mend: 'the history was rewritten, an old copy was put back, or the head is of another gateway',
    })
  }
  if (json) return
  const grown = present.head.size - earlier.size
  await output.data(
    `the store has everything of the head, unchanged, and ${formatCounted(grown, 'leaf', 'leaves')} more\n`,
  )
}

/** A head as `genba head --json` prints it, or as it came to the cloud. */
function readHeadFile(path: string): SignedTreeHead {
  const text = Buffer.from(readWholeFile(path, HEAD_FILE_BYTES_MAX)).toString().trim()
  return readTreeHead(innerHead(text) ?? text)
}

/** Of an object that holds it under `head`, such as a record. */
function innerHead(text: string): string | undefined {
  try {
    const { head } = Object(JSON.parse(text))
    return head === undefined ? undefined : JSON.stringify(head)
  } catch {
    // No JSON: what reads the head says so.
    return undefined
  }
}

function faultOf(earlier: SignedTreeHead, present: PresentHead, key: string | undefined): string | undefined {
  const publicKey = key === undefined ? readPublicKey(present.publicKey) : readKeyOption(key)
  const signed = verifyTreeHead(earlier, publicKey)
  if (!signed.ok) return signed.reason
  const continued = verifyContinues(earlier, present)
  return continued.ok ? undefined : continued.reason
}
