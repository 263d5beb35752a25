import type { SignedTreeHead } from '../proof/tree-head-text.ts'
import type { LawStatement } from './format.ts'

/** Of what evidence is wanted. */
export interface EvidenceQuestion {
  readonly tag: string
  /** Inclusive; null is open. */
  readonly fromUs: number | null
  /** Exclusive; null is open. */
  readonly toUs: number | null
}

/** A leaf of the tree with its way to the root. */
export interface EvidencePiece {
  /** A frame holds samples as they came, or records. */
  readonly kind: 'chunk' | 'frame'
  readonly leaf: number
  /** Of a frame. */
  readonly lsn?: number
  readonly bytes: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * What a store gives for an evidence file, in this order: the tree; chunks by time; frames of samples, then frames of
 * records, by log position; an earlier head, if there is one; what it can only state.
 */
export type EvidenceMaterial =
  | { readonly kind: 'tree'; readonly size: number; readonly root: Uint8Array }
  | EvidencePiece
  | { readonly kind: 'earlier-head'; readonly head: SignedTreeHead; readonly proof: readonly Uint8Array[] }
  | {
      readonly kind: 'stated'
      readonly law: LawStatement
      readonly unproven: number
      readonly damaged: number
    }
