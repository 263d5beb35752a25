import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ConsistencyClaim, InclusionClaim } from '../../../shared/proof/claim.ts'
import { leafHash } from '../../../shared/proof/merkle.ts'
import type { ProofLog } from '../../../shared/proof/proof-log.ts'
import { verifyConsistency, verifyInclusion } from '../../../shared/proof/verify.ts'
import { flipBit, logOf, numbered } from './logs.ts'

const SIZE_MAX = 600
const leaves = numbered(SIZE_MAX)
let log: ProofLog

beforeAll(async () => {
  log = (await logOf(leaves)).log
})

async function inclusion(index: number, size: number): Promise<InclusionClaim> {
  const root = await log.rootAt(size)
  const leaf = leafHash(leaves[index] ?? new Uint8Array())
  return { leafHash: leaf, index, size, root, proof: await log.inclusionProof(index, size) }
}

async function consistency(oldSize: number, newSize: number): Promise<ConsistencyClaim> {
  const [oldRoot, newRoot] = [await log.rootAt(oldSize), await log.rootAt(newSize)]
  return { oldSize, oldRoot, newSize, newRoot, proof: await log.consistencyProof(oldSize, newSize) }
}

const bits = fc.nat({ max: 255 })
/** Two sizes, the second not smaller. */
const sizes = fc
  .tuple(fc.integer({ min: 1, max: SIZE_MAX }), fc.integer({ min: 1, max: SIZE_MAX }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
const places = sizes.map(([index, size]) => [index - 1, size] as const)

const flipInProof = (proof: readonly Uint8Array[], which: number, bit: number) =>
  proof.map((hash, i) => (i === which % proof.length ? flipBit(hash, bit) : hash))

describe('an inclusion proof', () => {
  it('fails when one bit of the leaf, the root or any of its hashes is turned', async () => {
    await fc.assert(
      fc.asyncProperty(places, bits, fc.nat(), async ([index, size], bit, which) => {
        const claim = await inclusion(index, size)
        expect(verifyInclusion(claim)).toEqual({ ok: true })
        const changes: Partial<InclusionClaim>[] = [
          { leafHash: flipBit(claim.leafHash, bit) },
          { root: flipBit(claim.root, bit) },
        ]
        if (size > 1) changes.push({ proof: flipInProof(claim.proof, which, bit) })
        for (const change of changes)
          expect(verifyInclusion({ ...claim, ...change })).toMatchObject({ ok: false })
      }),
    )
  })

  it('fails for every other index of the same tree', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ([index, size]) => {
        const claim = await inclusion(index, size)
        for (let other = 0; other < size + 3; other++) {
          expect(verifyInclusion({ ...claim, index: other }).ok).toBe(other === index)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('fails for every size but those where the leaf has the same way to the root, under that root', async () => {
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: SIZE_MAX }), async ([index, size], other) => {
        const claim = await inclusion(index, size)
        const isSameWay = other > index && wayOf(index, other) === wayOf(index, size)
        expect(verifyInclusion({ ...claim, size: other }).ok).toBe(isSameWay)
        if (other === size || other <= index) return
        // With the root of that size, as one tree head gives them, there is no such case.
        const root = await log.rootAt(other)
        expect(verifyInclusion({ ...claim, size: other, root })).toMatchObject({ ok: false })
      }),
    )
  })

  it('fails when a hash is missing, doubled, added or exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(places, fc.nat(), async ([index, size], at) => {
        const claim = await inclusion(index, size)
        for (const proof of malformedOrders(claim.proof, at)) {
          expect(verifyInclusion({ ...claim, proof })).toMatchObject({ ok: false })
        }
      }),
    )
  })
})

describe('a consistency proof', () => {
  it('fails when one bit of a root or of any of its hashes is turned', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, bits, fc.nat(), async ([oldSize, newSize], bit, which) => {
        const claim = await consistency(oldSize, newSize)
        expect(verifyConsistency(claim)).toEqual({ ok: true })
        const changes: Partial<ConsistencyClaim>[] = [
          { oldRoot: flipBit(claim.oldRoot, bit) },
          { newRoot: flipBit(claim.newRoot, bit) },
        ]
        if (claim.proof.length > 0) changes.push({ proof: flipInProof(claim.proof, which, bit) })
        for (const change of changes)
          expect(verifyConsistency({ ...claim, ...change })).toMatchObject({ ok: false })
      }),
    )
  })

  it('fails between any other sizes when their roots are theirs', async () => {
    const other = fc.integer({ min: 1, max: SIZE_MAX })
    await fc.assert(
      fc.asyncProperty(sizes, other, async ([oldSize, newSize], size) => {
        const claim = await consistency(oldSize, newSize)
        const root = await log.rootAt(size)
        if (size !== oldSize) {
          expect(verifyConsistency({ ...claim, oldSize: size, oldRoot: root })).toMatchObject({ ok: false })
        }
        if (size !== newSize) {
          expect(verifyConsistency({ ...claim, newSize: size, newRoot: root })).toMatchObject({ ok: false })
        }
      }),
    )
  })

  it('fails when the sizes are exchanged or the history was rewritten', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async ([oldSize, newSize], at) => {
        const claim = await consistency(oldSize, newSize)
        const { proof, oldRoot, newRoot } = claim
        if (oldSize !== newSize) {
          const back = { oldSize: newSize, oldRoot: newRoot, newSize: oldSize, newRoot: oldRoot, proof }
          expect(verifyConsistency(back)).toMatchObject({ reason: expect.stringContaining('went back') })
        }
        const rewritten = leaves.with(at % oldSize, Buffer.from('another leaf'))
        const fork = (await logOf(rewritten.slice(0, newSize))).log
        const forked = {
          ...claim,
          newRoot: fork.root(),
          proof: await fork.consistencyProof(oldSize, newSize),
        }
        expect(verifyConsistency(forked)).toMatchObject({ ok: false })
      }),
      { numRuns: 30 },
    )
  })

  it('fails when a hash is missing, doubled, added or exchanged', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async ([oldSize, newSize], at) => {
        const claim = await consistency(oldSize, newSize)
        for (const proof of malformedOrders(claim.proof, at)) {
          expect(verifyConsistency({ ...claim, proof })).toMatchObject({ ok: false })
        }
      }),
    )
  })
})

/** The way from the root down to a leaf, as the RFC splits a tree. */
function wayOf(index: number, size: number): string {
  if (size <= 1) return ''
  let k = 1
  while (k * 2 < size) k *= 2
  return index < k ? `l${wayOf(index, k)}` : `r${wayOf(index - k, size - k)}`
}

/** Other lists of the hashes of a proof. */
function malformedOrders(proof: readonly Uint8Array[], at: number): readonly (readonly Uint8Array[])[] {
  const first = proof[at % proof.length]
  if (first === undefined) return [[new Uint8Array(32)]]
  const i = at % proof.length
  const second = proof[(i + 1) % proof.length] ?? first
  const exchanged = proof.with(i, second).with((i + 1) % proof.length, first)
  return [
    proof.toSpliced(i, 1),
    proof.toSpliced(i, 0, first),
    [...proof, first],
    ...(proof.length > 1 ? [exchanged] : []),
  ]
}
