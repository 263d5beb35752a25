import { AUDIT_ID_PREFIX } from '../../evidence/audit-entry.ts'
import { contentsOf, type PieceContents } from '../../evidence/contents.ts'
import { unknownTag } from '../../evidence/errors.ts'
import type { EvidenceMaterial, EvidencePiece, EvidenceQuestion } from '../../evidence/material.ts'
import { leafHash } from '../../proof/merkle.ts'
import type { ProofLog } from '../../proof/proof-log.ts'
import { entriesOf } from '../../store/entries.ts'
import type { KeyValueStore } from '../../store/store.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { scanChunks } from '../chunk-scan.ts'
import type { DamagedPlace, DamageReport } from '../damage.ts'
import { lanesOf, scanIndex } from '../index/index-scan.ts'
import { chunkPlaceOf, logKey, lsnOf, recordIdRange } from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'
import { receiptOfFrames } from '../receipts.ts'
import type { JournalState } from '../state.ts'
import type { Tag } from '../tag.ts'
import { LeafPlaces } from '../verify/leaf-places.ts'
import { readHeadCovering } from './heads.ts'
import { lawStatementOf } from './law-statement.ts'

/** What is needed of an open journal, in which nothing is sealed meanwhile. */
export interface EvidenceSource {
  readonly store: KeyValueStore
  readonly damage: DamageReport
  readonly state: Pick<JournalState, 'tags' | 'producers' | 'sealing' | 'headLsn' | 'law' | 'proofStartLsn'>
  readonly proof: Pick<ProofLog, 'size' | 'root' | 'leafAt' | 'inclusionProof' | 'consistencyProof'>
}

/**
 * All that shows what a tag was in a range: see `EvidenceMaterial`. Frames that are appended meanwhile are not in it.
 *
 * @throws EvidenceError `GENBA_EVIDENCE_TAG`; ProofError, StoreError
 */
export async function* readEvidence(
  source: EvidenceSource,
  question: EvidenceQuestion,
): AsyncGenerator<EvidenceMaterial> {
  const tag = source.state.tags.get(question.tag)
  if (tag === undefined) throw unknownTag(question.tag)
  yield* new EvidenceRead(source, question).read(tag)
}

class EvidenceRead {
  readonly #source: EvidenceSource
  readonly #question: EvidenceQuestion
  readonly #size: number
  readonly #root: Uint8Array
  readonly #headLsn: number
  #lastLeaf = -1
  /** The lowest of all samples. */
  #lawRevision = Number.POSITIVE_INFINITY
  #unproven = 0
  #damaged = 0

  constructor(source: EvidenceSource, question: EvidenceQuestion) {
    this.#source = source
    this.#question = question
    this.#size = source.proof.size
    this.#root = source.proof.root()
    this.#headLsn = source.state.headLsn
  }

  async *read(tag: Tag): AsyncGenerator<EvidenceMaterial> {
    const { store, state, proof } = this.#source
    yield { kind: 'tree', size: this.#size, root: this.#root }
    yield* this.#chunks(tag)
    const places = await LeafPlaces.read(store, state.proofStartLsn ?? Number.POSITIVE_INFINITY)
    yield* this.#frames(await this.#sampleLsns(tag), places)
    yield* this.#frames(await this.#auditLsns(), places)
    if (this.#lastLeaf >= 0) {
      const head = await readHeadCovering(store, this.#lastLeaf + 1, this.#size)
      if (head !== undefined) {
        yield { kind: 'earlier-head', head, proof: await proof.consistencyProof(head.size, this.#size) }
      }
    }
    const law = lawStatementOf(state.law, tag.tag, this.#lawRevision)
    yield { kind: 'stated', law, unproven: this.#unproven, damaged: this.#damaged }
  }

  async *#chunks(tag: Tag): AsyncGenerator<EvidencePiece> {
    for await (const { key, bytes } of scanChunks(this.#source.store, tag, this.#range)) {
      const { chunkId: leaf } = chunkPlaceOf(key)
      const found = await this.#piece({ chunkId: leaf }, { kind: 'chunk', leaf, bytes })
      if (found === undefined) continue
      const { lawRevision = 0 } = found.contents.sealed?.receipt ?? {}
      this.#lawRevision = Math.min(this.#lawRevision, lawRevision)
      yield found.piece
    }
  }

  async *#frames(lsns: readonly number[], places: LeafPlaces): AsyncGenerator<EvidencePiece> {
    const { store, damage } = this.#source
    for (const lsn of lsns) {
      const bytes = await store.get(logKey(lsn))
      if (bytes === undefined) {
        damage.note({ lsn }, 'the frame is missing from the log')
        this.#damaged += 1
        continue
      }
      const leaf = places.ofFrame(lsn)
      const found = await this.#piece({ lsn }, { kind: 'frame', lsn, leaf, bytes })
      if (found === undefined) continue
      if (found.contents.body === 'samples') {
        const { lawRevision } = await receiptOfFrames(store, lsn, lsn)
        this.#lawRevision = Math.min(this.#lawRevision, lawRevision)
      }
      yield found.piece
    }
  }

  /** Undefined where it says nothing to the question, or cannot be proven. */
  async #piece(
    place: DamagedPlace,
    found: Omit<EvidencePiece, 'leaf' | 'proof'> & { readonly leaf: number | undefined },
  ): Promise<{ readonly piece: EvidencePiece; readonly contents: PieceContents } | undefined> {
    const { proof, damage } = this.#source
    const { leaf } = found
    const contents = contentsOf(found, this.#question)
    const isAsItCame =
      typeof contents !== 'string' &&
      (leaf === undefined || Buffer.compare(await proof.leafAt(leaf), leafHash(found.bytes)) === 0)
    if (!isAsItCame) {
      damage.note(place, typeof contents === 'string' ? contents : 'is not what its leaf says it was')
      this.#damaged += 1
      return undefined
    }
    if (contents.sampleCount === 0 && contents.records.length === 0) return undefined
    if (leaf === undefined) {
      this.#unproven += 1
      return undefined
    }
    this.#lastLeaf = Math.max(this.#lastLeaf, leaf)
    const piece = { ...found, leaf, proof: await proof.inclusionProof(leaf, this.#size) }
    return { piece, contents }
  }

  /** Of frames that may hold unsealed samples in the range, ascending. */
  async #sampleLsns(tag: Tag): Promise<readonly number[]> {
    const { store, state } = this.#source
    const masks = new Map([...state.producers.values()].map(({ id, spanMask }) => [id, spanMask]))
    const lanes = lanesOf(tag, (id) => masks.get(id) ?? 0)
    const lsns: number[] = []
    for await (const { lsn } of scanIndex(store, lanes, tag.id, this.#range)) {
      if (lsn > state.sealing.sealedLsn && lsn <= this.#headLsn) lsns.push(lsn)
    }
    return lsns.sort((a, b) => a - b)
  }

  /** Of frames with entries of the audit trail, ascending: there are few, and their ids tell them. */
  async #auditLsns(): Promise<readonly number[]> {
    const limits = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }
    const lsns = new Set<number>()
    for await (const { value } of entriesOf(this.#source.store, recordIdRange(AUDIT_ID_PREFIX), limits)) {
      if (lsnOf(value) <= this.#headLsn) lsns.add(lsnOf(value))
    }
    return [...lsns].sort((a, b) => a - b)
  }

  /** Both ends inclusive; times are whole microseconds. */
  get #range() {
    const { fromUs, toUs } = this.#question
    return {
      fromUs: Math.max(TIME_US_MIN, Math.ceil(fromUs ?? TIME_US_MIN)),
      toUs: Math.min(TIME_US_MAX, Math.ceil(toUs ?? Number.POSITIVE_INFINITY) - 1),
    }
  }
}
