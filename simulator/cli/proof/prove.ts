import { createWriteStream, rmSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { EvidenceQuestion } from '../../../shared/evidence/material.ts'
import { proveTag } from '../../../shared/evidence/prove.ts'
import { asCut, askGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import type { StateDirectory } from '../state-directory.ts'
import { withStoppedJournal } from '../store/stopped.ts'
import { openHeadsSigner } from './heads-signer.ts'

export interface ProveOptions {
  /** Seals a stopped store first. */
  readonly seal: boolean
}

/** Writes the evidence of a gateway, running or stopped, to a file, which is there whole or not at all. */
export async function writeEvidence(
  state: StateDirectory,
  question: EvidenceQuestion,
  path: string,
  { seal }: ProveOptions,
): Promise<void> {
  const { tag, fromUs, toUs } = question
  const bounds = { fromUs: fromUs?.toString(), toUs: toUs?.toString() }
  const running = await askGateway(state, 'GET', '/evidence', { tag, ...bounds })
  if (running !== undefined) {
    if (seal) throw sealOfRunning(state)
    return await writeFile(path, running).catch((error: unknown) => {
      throw asCut(error, state)
    })
  }
  await withStoppedJournal(state, async (journal) => {
    const signer = await openHeadsSigner(state)
    while (seal && (await journal.seal(journal.headLsn))) {
      // As many runs as it takes.
    }
    await writeFile(path, proveTag(question, journal.proving.evidence(question), signer))
  })
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}.${process.pid}`
  try {
    await pipeline(Readable.from(content), createWriteStream(draft, { flags: 'wx' }))
    await rename(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw asFileError(error, path)
  }
}

function asFileError(error: unknown, path: string): unknown {
  const isOfFile = error instanceof Error && 'path' in error && 'syscall' in error
  if (!isOfFile) return error
  return new CliError('GENBA_USAGE', 'the evidence file cannot be written', {
    where: path,
    expected: 'a path in a directory where files can be made',
    received: error.message,
  })
}

const sealOfRunning = ({ path }: StateDirectory): CliError =>
  new CliError('GENBA_GATEWAY_RUNNING', 'a running gateway seals by itself', {
    where: path,
    expected: 'a stopped gateway, or no --seal',
    mend: `leave --seal out; or stop the gateway with: genba stop --state ${path}`,
    effect: 'nothing was written',
  })
