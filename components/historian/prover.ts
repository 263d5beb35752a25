import type { EvidenceQuestion } from '../../shared/evidence/material.ts'
import { type PresentHead, presentHead } from '../../shared/evidence/present-head.ts'
import { type EvidenceMaker, proveTag } from '../../shared/evidence/prove.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { Clock } from '../../shared/time/time.ts'

export interface ProverParts {
  readonly journal: Pick<Journal, 'proof' | 'proving'>
  readonly signer: Pick<EvidenceMaker, 'key' | 'log'>
  readonly clock: Clock
}

/** What the historian shows of its store to whoever does not trust it. */
export class Prover {
  readonly #parts: ProverParts

  constructor(parts: ProverParts) {
    this.#parts = parts
  }

  /** @throws EvidenceError, ProofError, StoreError */
  async evidence(question: EvidenceQuestion, onProgress: (bytesDone: number) => void): Promise<Uint8Array> {
    const lines: Uint8Array[] = []
    let sizeBytes = 0
    const material = this.#parts.journal.proving.evidence(question)
    for await (const line of proveTag(question, material, this.#maker())) {
      lines.push(line)
      sizeBytes += line.length
      onProgress(sizeBytes)
    }
    return Buffer.concat(lines)
  }

  /** The JSON of a `JournalVerification`. @throws StoreError */
  async verification(onProgress: (checked: number) => void): Promise<Uint8Array> {
    return Buffer.from(JSON.stringify(await this.#parts.journal.proving.verify(onProgress)))
  }

  /** @throws ProofError, StoreError */
  head(sinceSize: number): Promise<PresentHead> {
    return presentHead(this.#parts.journal.proof, this.#maker(), sinceSize)
  }

  #maker(): EvidenceMaker {
    const { signer, clock } = this.#parts
    return { ...signer, nowUs: clock.wallUs() }
  }
}
