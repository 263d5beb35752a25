import { describe, expect, it } from 'vitest'
import type { ConsistencyClaim, InclusionClaim } from '../../../shared/proof/claim.ts'
import { EMPTY_ROOT, leafHash } from '../../../shared/proof/merkle.ts'
import { verifyConsistency, verifyInclusion } from '../../../shared/proof/verify.ts'
import { logOf, numbered } from './logs.ts'

const HASH = leafHash(Buffer.from('some leaf'))
const OTHER = leafHash(Buffer.from('another leaf'))

/** What JSON, or a program without types, may hand over instead of a part of a claim. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  'text',
  -1,
  1.5,
  Number.NaN,
  Infinity,
  2 ** 53,
  {},
  [],
  [null],
  ['00'],
  [new Uint8Array(31)],
  new Uint8Array(31),
  new Uint8Array(33),
  new Array(3),
]

describe('verification', () => {
  const inclusion: InclusionClaim = { leafHash: HASH, index: 0, size: 1, proof: [], root: HASH }
  const consistency: ConsistencyClaim = { oldSize: 1, oldRoot: HASH, newSize: 1, newRoot: HASH, proof: [] }

  it('answers malformed claims with a reason and never raises', () => {
    for (const [verify, claim] of [
      [verifyInclusion, inclusion],
      [verifyConsistency, consistency],
    ] as const) {
      const answer = (value: unknown) => Reflect.apply(verify, undefined, [value])
      expect(answer(claim)).toEqual({ ok: true })
      for (const value of NONSENSE) {
        expect(answer(value)).toMatchObject({ ok: false, reason: expect.any(String) })
        for (const part of Object.keys(claim)) {
          if (part === 'proof' && Array.isArray(value) && value.length === 0) continue
          expect(answer({ ...claim, [part]: value }), `${part} ${String(value)}`).toMatchObject({ ok: false })
        }
      }
    }
  })

  it('refuses more hashes than any proof can need before it hashes them', () => {
    const proof = Array.from({ length: 100_000 }, () => HASH)
    expect(verifyInclusion({ ...inclusion, size: 2 ** 53 - 1, proof })).toMatchObject({
      reason: 'the proof has 100000 hashes, more than any can need',
    })
  })

  it('says why in plain words', () => {
    expect(verifyInclusion({ ...inclusion, index: 1 })).toMatchObject({
      reason: 'leaf 1 is not among 1 leaves',
    })
    expect(verifyInclusion({ ...inclusion, size: 5 })).toMatchObject({
      reason: 'the proof has 0 hashes where 3 lead to the root',
    })
    expect(verifyInclusion({ ...inclusion, root: OTHER })).toMatchObject({
      reason: 'leaf and proof lead to another root',
    })
    expect(verifyConsistency({ ...consistency, oldSize: 3 })).toMatchObject({
      reason: 'the log went back from 3 leaves to 1',
    })
    expect(verifyConsistency({ ...consistency, newRoot: OTHER })).toMatchObject({
      reason: 'there are two different roots of 1 leaves',
    })
  })

  it('says which of the two roots a consistency proof does not reach', async () => {
    const { log } = await logOf(numbered(7))
    const proof = await log.consistencyProof(3, 7)
    const claim = { oldSize: 3, oldRoot: await log.rootAt(3), newSize: 7, newRoot: log.root(), proof }
    expect(verifyConsistency({ ...claim, oldRoot: OTHER })).toMatchObject({
      reason: 'the first 3 leaves do not have the old root',
    })
    expect(verifyConsistency({ ...claim, newRoot: OTHER })).toMatchObject({
      reason: 'old tree and proof lead to another new root',
    })
  })

  it('takes every tree as a continuation of the empty one, and the empty root alone as empty', () => {
    const fromEmpty = { ...consistency, oldSize: 0, oldRoot: EMPTY_ROOT }
    expect(verifyConsistency(fromEmpty)).toEqual({ ok: true })
    expect(verifyConsistency({ ...fromEmpty, oldRoot: HASH })).toMatchObject({ ok: false })
    expect(verifyConsistency({ ...fromEmpty, proof: [HASH] })).toMatchObject({ ok: false })
    const bothEmpty = { ...fromEmpty, newSize: 0, newRoot: EMPTY_ROOT }
    expect(verifyConsistency(bothEmpty)).toEqual({ ok: true })
    expect(verifyConsistency({ ...bothEmpty, newRoot: HASH })).toMatchObject({ ok: false })
  })

  it('counts sizes beyond 32 bits exactly', () => {
    const size = 2 ** 52 + 1
    // The last leaf stands alone beside a complete tree: one hash leads to the root.
    expect(verifyInclusion({ ...inclusion, index: size - 1, size })).toMatchObject({
      reason: 'the proof has 0 hashes where 1 lead to the root',
    })
    expect(verifyInclusion({ ...inclusion, index: 0, size })).toMatchObject({
      reason: 'the proof has 0 hashes where 53 lead to the root',
    })
    expect(verifyConsistency({ ...consistency, oldSize: size - 1, newSize: size })).toMatchObject({
      reason: 'the proof has 0 hashes where 1 lead to the root',
    })
  })
})
