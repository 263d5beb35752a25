import { beforeAll, describe, expect, it } from 'vitest'
import { EMPTY_ROOT, leafHash, nodeHash } from '../../../shared/proof/merkle.ts'
import type { ProofLog } from '../../../shared/proof/proof-log.ts'
import { verifyConsistency, verifyInclusion } from '../../../shared/proof/verify.ts'
import { hex, logOf, numbered, unhex } from './logs.ts'
import { createModel } from './model.ts'

/** The leaves of the test vector that the implementations of RFC 6962 share. */
const VECTOR = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const VECTOR_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the published test vector', () => {
  it('has the published root at every size, and so has the model', async () => {
    const leaves = VECTOR.map(unhex)
    const { log } = await logOf(leaves, 3)
    const model = createModel(leaves)
    for (const [size, root] of VECTOR_ROOTS.entries()) {
      expect(hex(await log.rootAt(size))).toBe(root)
      expect(model.root(size)).toBe(root)
    }
    expect(hex(log.root())).toBe(VECTOR_ROOTS[8])
  })

  it('tells a leaf from a node and begins with the hash of nothing', () => {
    expect(hex(EMPTY_ROOT)).toBe(VECTOR_ROOTS[0])
    expect(hex(leafHash(new Uint8Array()))).toBe(VECTOR_ROOTS[1])
    expect(hex(nodeHash(leafHash(unhex('')), leafHash(unhex('00'))))).toBe(VECTOR_ROOTS[2])
    const [left, right] = [leafHash(unhex('')), leafHash(unhex('00'))]
    expect(hex(leafHash(Buffer.concat([left, right])))).not.toBe(hex(nodeHash(left, right)))
  })
})

const leaves = numbered(65_536 + 300)
const model = createModel(leaves)
let log: ProofLog

beforeAll(async () => {
  log = (await logOf(leaves)).log
})

async function expectInclusion(index: number, size: number): Promise<void> {
  const proof = await log.inclusionProof(index, size)
  if (proof.map(hex).join() !== model.inclusion(index, size).join()) {
    expect.fail(`inclusion of ${index} in ${size} is not that of the model`)
  }
  const root = unhex(model.root(size))
  const leaf = leafHash(leaves[index] ?? new Uint8Array())
  const answer = verifyInclusion({ leafHash: leaf, index, size, proof, root })
  if (!answer.ok) expect.fail(`inclusion of ${index} in ${size}: ${answer.reason}`)
}

async function expectConsistency(oldSize: number, newSize: number): Promise<void> {
  const proof = await log.consistencyProof(oldSize, newSize)
  if (proof.map(hex).join() !== model.consistency(oldSize, newSize).join()) {
    expect.fail(`consistency of ${oldSize} with ${newSize} is not that of the model`)
  }
  const [oldRoot, newRoot] = [unhex(model.root(oldSize)), unhex(model.root(newSize))]
  const answer = verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof })
  if (!answer.ok) expect.fail(`consistency of ${oldSize} with ${newSize}: ${answer.reason}`)
}

const SMALL_MAX = 70
/** Around the places where a level of stored hashes begins, ends or has one more. */
const EDGES = [255, 256, 257, 258, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025]
const FAR_EDGES = [65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, 65_836]
const isNear = (place: number) =>
  [...EDGES, ...FAR_EDGES, 0, 128, 32_768].some((edge) => Math.abs(place - edge) < 2)

describe('a proof log held to the recursive definitions of RFC 9162', () => {
  it('has the roots of the model', async () => {
    const sizes = [...Array(SMALL_MAX + 1).keys(), ...EDGES, ...FAR_EDGES]
    for (const size of sizes) expect(hex(await log.rootAt(size))).toBe(model.root(size))
    expect(hex(log.root())).toBe(model.root(leaves.length))
  })

  it('gives every inclusion proof of the small trees, and it verifies', async () => {
    for (let size = 1; size <= SMALL_MAX; size++) {
      for (let index = 0; index < size; index++) await expectInclusion(index, size)
    }
  })

  it('gives every consistency proof of the small trees, and it verifies', async () => {
    for (let newSize = 0; newSize <= SMALL_MAX; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) await expectConsistency(oldSize, newSize)
    }
  })

  it('gives the inclusion proofs around the edges of stored levels', async () => {
    for (const size of [...EDGES, ...FAR_EDGES]) {
      for (const place of [...EDGES, ...FAR_EDGES, 0, 1, 127, 128, size - 1]) {
        if (place < size) await expectInclusion(place, size)
      }
    }
    for (let index = 0; index < 257; index++) await expectInclusion(index, 257)
  })

  it('gives the consistency proofs around the edges of stored levels', async () => {
    const sizes = [...Array(3).keys(), ...EDGES, ...FAR_EDGES, 32_767, 32_768, 32_769]
    for (const newSize of sizes) {
      for (const oldSize of sizes) if (oldSize <= newSize) await expectConsistency(oldSize, newSize)
    }
    for (let oldSize = 0; oldSize <= 513; oldSize++) await expectConsistency(oldSize, 513)
  })

  it('gives back each leaf hash', async () => {
    for (const [index, leaf] of leaves.entries()) {
      if (isNear(index)) expect(hex(await log.leafAt(index))).toBe(hex(leafHash(leaf)))
    }
  })
})
