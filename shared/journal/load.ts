import { inspectFrame } from '../frame/decode.ts'
import { entriesOf } from '../store/entries.ts'
import type { ReadableStore } from '../store/store.ts'
import { damagedValue, decodeChecked } from './checked-json.ts'
import type { DamageReport } from './damage.ts'
import { readFormat } from './format.ts'
import {
  LAW_KEY,
  LOG_KEYS,
  logKey,
  lsnOf,
  OBSERVED_KEY,
  PRODUCER_KEYS,
  PROOF_START_KEY,
  SEALING_KEY,
  TAG_FIGURES_LSN_KEY,
  TAG_KEYS,
  TOTALS_KEY,
} from './keys.ts'
import { decodeLaw } from './law-state.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES, OPEN_PAGE_BYTES, OPEN_PAGE_ENTRIES } from './limits.ts'
import { decodeObserved } from './observed.ts'
import { lastMark } from './receipts.ts'
import { decodeSealing } from './sealing.ts'
import { emptyState, type JournalState, type Producer } from './state.ts'
import { decodeTag, withColumn } from './tag.ts'
import type { JournalTotals } from './totals.ts'

/**
 * The journal's state as the store holds it. Only the figures of tags are not complete there; the frames since they
 * were written last are gone through again.
 * @throws JournalError when the store holds something else, or `GENBA_JOURNAL_DAMAGED`; StoreError
 */
export async function loadState(store: ReadableStore, damage: DamageReport): Promise<JournalState> {
  const state = emptyState()
  state.formatVersion = await readFormat(store)
  if (state.formatVersion === 0) return state
  const totals = await store.get(TOTALS_KEY)
  if (totals === undefined) throw damagedValue('the totals', 'nothing')
  state.totals = { ...state.totals, ...(decodeChecked(totals, 'the totals') as Partial<JournalTotals>) }
  // Every frame that was accepted is counted, so this is the newest position, also when the frames there are lost.
  state.headLsn = state.totals.frames
  const sealing = await store.get(SEALING_KEY)
  if (sealing !== undefined) state.sealing = decodeSealing(sealing)
  const law = await store.get(LAW_KEY)
  if (law !== undefined) state.law = decodeLaw(law)
  const observed = await store.get(OBSERVED_KEY)
  if (observed !== undefined) state.observed = decodeObserved(observed)
  const proofStart = await store.get(PROOF_START_KEY)
  if (proofStart !== undefined) state.proofStartLsn = lsnOf(proofStart)
  state.receipt = await lastMark(store)
  const figuresLsn = await store.get(TAG_FIGURES_LSN_KEY)
  state.tagFiguresLsn = figuresLsn ? lsnOf(figuresLsn) : 0
  const limits = { maxEntries: OPEN_PAGE_ENTRIES, maxBytes: OPEN_PAGE_BYTES }
  for await (const { key, value } of entriesOf(store, PRODUCER_KEYS, limits)) {
    const name = nameIn(key)
    state.producers.set(name, decodeChecked(value, `producer ${name}`) as Producer)
  }
  for await (const { key, value } of entriesOf(store, TAG_KEYS, limits)) {
    state.tags.set(decodeTag(nameIn(key), value))
  }
  await addMissingFigures(store, state, damage)
  return state
}

async function addMissingFigures(
  store: ReadableStore,
  state: JournalState,
  damage: DamageReport,
): Promise<void> {
  const range = { gt: logKey(state.tagFiguresLsn), lt: LOG_KEYS.lt }
  const limits = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }
  for await (const { key, value } of entriesOf(store, range, limits)) {
    const lsn = lsnOf(key)
    const frame = damage.check({ lsn }, () => inspectFrame(value))
    const touched = new Set<string>()
    for (const column of frame?.columns ?? []) {
      const tag = state.tags.get(column.tag)
      // A tag written since has this frame in its figures; a frame may hold two columns of one tag.
      if (!tag || (tag.figuresLsn >= lsn && !touched.has(column.tag))) continue
      touched.add(column.tag)
      state.tags.set(withColumn(tag, lsn, column))
      state.staleTags.add(column.tag)
    }
  }
}

const nameIn = (key: Uint8Array) => Buffer.from(key.subarray(1)).toString()
