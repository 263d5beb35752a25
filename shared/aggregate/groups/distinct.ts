import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import type { Group, GroupType } from '../group.ts'
import type { Readings } from '../readings.ts'
import { estimateDense, estimateSparse } from './distinct-estimate.ts'
import { isSample } from './first.ts'
import { hashBoolean, hashNumber, hashText } from './hash.ts'

/** Registers while there are few values: 2^25, of which only those that are set are kept. */
const SPARSE_BITS = 25
/** Of a 64-bit hash that is left for the rank. */
const TAIL_BITS = 39
const RANK_MAX = TAIL_BITS + SPARSE_BITS + 1

/** A sparse register costs about 40 bytes, a dense one 1. */
const SPARSE_SHARE = 32
const SPARSE_MIN = 8

/** Dense registers as text: one printable character each, none of which JSON escapes. */
const FIRST_CODE = 35

const Sparse = z.array(z.int().min(0))
const State = z.union([Sparse, z.string().max(2 ** 18)])

/**
 * HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007), exact to a few parts in a hundred thousand while there are
 * few values. The state depends on the set of values alone, so it merges without loss.
 */
export class Distinct implements Group {
  readonly precision: number
  /** Rank by index of 25 bits; undefined once it would be no smaller than the dense registers. */
  sparse: Map<number, number> | undefined = new Map()
  dense: Uint8Array | undefined
  readonly #hash = { low: 0, high: 0 }

  constructor(precision: number) {
    this.precision = precision
  }

  addRun(readings: Readings, from: number, to: number): void {
    const { data } = readings.column
    const hash = this.#hash
    for (let index = from; index < to; index++) {
      if (!isSample(readings, index)) continue
      if (data.kind === 'number') hashNumber(data.values[index] as number, hash)
      else if (data.kind === 'boolean') hashBoolean(data.values[index] !== 0, hash)
      else hashText(data.values[index] as string, hash)
      this.#addHash(hash.low, hash.high)
    }
  }

  #addHash(low: number, high: number): void {
    const index = low >>> (32 - SPARSE_BITS)
    const head = low & (2 ** (32 - SPARSE_BITS) - 1)
    const rank = (head === 0 ? 32 - SPARSE_BITS + Math.clz32(high) : Math.clz32(head) - SPARSE_BITS) + 1
    this.addRegister(index, rank)
  }

  /** Notes that the hash with these first 25 bits has its next bit set at `rank`, counted from 1. */
  addRegister(index: number, rank: number): void {
    if (this.sparse === undefined) {
      this.#setDense(index, rank)
      return
    }
    if ((this.sparse.get(index) ?? 0) >= rank) return
    this.sparse.set(index, rank)
    if (this.sparse.size > Math.max(SPARSE_MIN, 2 ** this.precision / SPARSE_SHARE)) this.makeDense()
  }

  makeDense(): void {
    const { sparse } = this
    if (sparse === undefined) return
    this.sparse = undefined
    this.dense = new Uint8Array(2 ** this.precision)
    for (const [index, rank] of sparse) this.#setDense(index, rank)
  }

  /** The bits of a sparse index beyond the precision belong to the rank. */
  #setDense(index: number, rank: number): void {
    const extraBits = SPARSE_BITS - this.precision
    const extra = index & (2 ** extraBits - 1)
    const denseRank = extra === 0 ? extraBits + rank : Math.clz32(extra) - (32 - extraBits) + 1
    const slot = index >>> extraBits
    const dense = this.dense as Uint8Array
    if (denseRank > (dense[slot] as number)) dense[slot] = denseRank
  }

  /** How many different values there are, about. */
  estimate(): number {
    if (this.dense !== undefined) return Math.round(estimateDense(this.dense, this.precision))
    return Math.round(estimateSparse(this.sparse?.size ?? 0, 2 ** SPARSE_BITS))
  }

  addDistinct(other: Distinct): void {
    if (other.sparse !== undefined) {
      for (const [index, rank] of other.sparse) this.addRegister(index, rank)
      return
    }
    this.makeDense()
    const { dense } = this
    if (dense === undefined || other.dense === undefined) return
    for (const [slot, rank] of other.dense.entries()) if (rank > (dense[slot] as number)) dense[slot] = rank
  }

  write(): Json {
    if (this.sparse !== undefined) return [...this.sparse].sort(([left], [right]) => left - right).flat()
    let text = ''
    for (const rank of this.dense ?? []) text += String.fromCharCode(FIRST_CODE + rank)
    return text
  }
}

export function distinctType(precision: number): GroupType<Distinct> {
  return {
    key: `distinct:${precision}`,
    create: () => new Distinct(precision),
    merge: (earlier, later) => {
      const merged = new Distinct(precision)
      merged.addDistinct(earlier)
      merged.addDistinct(later)
      return merged
    },
    read: (state) => readDistinct(precision, State.parse(state)),
  }
}

function readDistinct(precision: number, state: z.output<typeof State>): Distinct {
  const distinct = new Distinct(precision)
  if (typeof state !== 'string') {
    for (let at = 0; at + 1 < state.length; at += 2)
      distinct.addRegister(state[at] as number, state[at + 1] as number)
    return distinct
  }
  distinct.makeDense()
  const { dense } = distinct
  if (dense === undefined) return distinct
  for (let slot = 0; slot < dense.length; slot++)
    dense[slot] = Math.min(RANK_MAX, Math.max(0, state.charCodeAt(slot) - FIRST_CODE || 0))
  return distinct
}
