import { readTreeHead, type SignedTreeHead } from '../../proof/tree-head-text.ts'
import type { KeyValueStore, StoreEntry, StoreOperation } from '../../store/store.ts'
import { HEAD_KEYS, headKey } from '../keys.ts'

export const writeHead = (head: SignedTreeHead): StoreOperation => ({
  type: 'put',
  key: headKey(head.size),
  value: Buffer.from(JSON.stringify(head)),
})

/** @throws ProofError when what is stored there is none; StoreError */
export async function readNewestHead(store: KeyValueStore): Promise<SignedTreeHead | undefined> {
  const [entry] = await store.page({ ...HEAD_KEYS, reverse: true }, { maxEntries: 1, maxBytes: 1 })
  return entry && decodeHead(entry)
}

/** The oldest that covers at least so many leaves, and fewer than `beforeSize`. @throws as `readNewestHead` */
export async function readHeadCovering(
  store: KeyValueStore,
  size: number,
  beforeSize: number,
): Promise<SignedTreeHead | undefined> {
  const range = { gte: headKey(size), lt: headKey(beforeSize) }
  const [entry] = await store.page(range, { maxEntries: 1, maxBytes: 1 })
  return entry && decodeHead(entry)
}

const decodeHead = ({ value }: StoreEntry): SignedTreeHead => readTreeHead(Buffer.from(value).toString())
