import type { Receipt } from '../chunk/chunk.ts'
import type { Column } from '../frame/frame.ts'
import type { SignedTreeHead } from '../proof/tree-head-text.ts'
import type { Statement } from './format.ts'
import { REASONS_MAX } from './limits.ts'
import type { EvidenceQuestion } from './material.ts'

export type CheckName =
  | 'form'
  | 'signature'
  | 'tree-head'
  | 'inclusion'
  | 'contents'
  | 'statement'
  | 'earlier-heads'

export interface Check {
  readonly name: CheckName
  readonly ok: boolean
  /** Why not, in plain words; the first twenty. */
  readonly reasons: readonly string[]
}

/** One leaf of the file that is proven to be in the tree. */
export interface ProvenPiece {
  readonly body: 'chunk' | 'samples' | 'records'
  readonly leaf: number
  /** In the range. */
  readonly sampleCount: number
  /** Log positions of the frames that a chunk replaces lie between these. */
  readonly fromLsn: number | undefined
  readonly toLsn: number | undefined
  /** When the samples of a chunk came, and under which law. */
  readonly receipt: Receipt | undefined
}

/** The answer to an auditor. Nothing but `checks` counts where `ok` is false. */
export interface EvidenceReport {
  readonly ok: boolean
  readonly checks: readonly Check[]
  /** `file`: the key was taken from the file itself, which proves only that the file is whole and of one hand. */
  readonly keyFrom: 'outside' | 'file'
  readonly keyId: string | undefined
  readonly question: EvidenceQuestion | undefined
  /** Proven: these leaves are in the tree of this head. */
  readonly head: SignedTreeHead | undefined
  readonly pieces: readonly ProvenPiece[]
  /** Proven: samples of the tag in the range; chunks by time, then frames in the order of the log. */
  readonly samples: readonly Column[]
  /** Proven: entries of the audit trail, JSON texts. */
  readonly records: readonly string[]
  /** Proven: heads signed before, which the present tree continues. */
  readonly earlierHeads: readonly SignedTreeHead[]
  /** Not proven by the tree, but signed by the gateway: that nothing was left out, and the terms of the law. */
  readonly stated: Statement | undefined
}

/** Collects reasons by check. */
export class CheckList {
  readonly #reasons = new Map<CheckName, string[]>()

  /** Notes that it was made, and what is wrong if anything is. */
  note(name: CheckName, reason?: string): void {
    const reasons = this.#reasons.get(name) ?? []
    this.#reasons.set(name, reasons)
    if (reason !== undefined && reasons.length < REASONS_MAX) reasons.push(reason)
  }

  list(): readonly Check[] {
    return [...this.#reasons].map(([name, reasons]) => ({ name, ok: reasons.length === 0, reasons }))
  }
}
