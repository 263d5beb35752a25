import { EVIDENCE_BYTES_MAX } from '../../../shared/evidence/limits.ts'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import { CliError } from '../errors.ts'
import type { Output } from '../output.ts'
import { readKeyOption, readWholeFile } from '../read-file.ts'
import { evidenceJson, evidenceText } from './evidence-text.ts'

/** @throws CliError `GENBA_EVIDENCE_INVALID` */
export async function printEvidenceCheck(
  output: Output,
  path: string,
  { key, json }: { readonly key?: string; readonly json?: true },
): Promise<void> {
  const bytes = readWholeFile(path, EVIDENCE_BYTES_MAX)
  const report = verifyEvidence(bytes, key === undefined ? {} : { publicKey: readKeyOption(key) })
  await (json ? output.json(evidenceJson(report)) : output.data(evidenceText(report)))
  if (report.ok) return
  const [reason = 'it could not be read'] = report.checks.flatMap(({ reasons }) => reasons)
  throw new CliError('GENBA_EVIDENCE_INVALID', 'the evidence file does not prove what it says', {
    where: path,
    received: reason,
    mend: 'get the file again from whoever made it; every check is named above',
  })
}
