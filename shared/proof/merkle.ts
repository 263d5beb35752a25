import { hash } from 'node:crypto'

/** Bytes of a SHA-256, and so of every leaf, node and root. */
export const HASH_BYTES = 32

/** The root of a log without leaves: the hash of nothing (RFC 9162, 2.1.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array())

// Different first bytes keep a node from being passed off as a leaf (second preimage; RFC 9162, 2.1.1).
const LEAF_DOMAIN = 0x00
const NODE_DOMAIN = 0x01

// One buffer for all nodes: appending is little else than hashing them, and nothing here waits in between.
const node = new Uint8Array(1 + 2 * HASH_BYTES)
node[0] = NODE_DOMAIN

/** SHA-256(00 ‖ data) of any bytes: a leaf does not say of what kind they are (RFC 9162, 2.1.1). */
export function leafHash(data: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + data.length)
  input[0] = LEAF_DOMAIN
  input.set(data, 1)
  return sha256(input)
}

/** SHA-256(01 ‖ left ‖ right) (RFC 9162, 2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1)
  node.set(right, 1 + HASH_BYTES)
  return sha256(node)
}

/** The hash over parts that follow one another, each complete and larger than the next. Never one of theirs itself. */
export function joinHashes(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1)
  if (last === undefined) return new Uint8Array(EMPTY_ROOT)
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), new Uint8Array(last))
}

/** For whoever reads a hash from outside, where the type may not be trusted. */
export const isHash = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array && value.length === HASH_BYTES

/** Not the Buffer that Node gives: its `slice` is a view, where that of every other byte array is a copy. */
function sha256(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = hash('sha256', bytes, 'buffer')
  return new Uint8Array(buffer, byteOffset, length)
}
