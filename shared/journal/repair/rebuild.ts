import { entriesOf } from '../../store/entries.ts'
import type { KeyValueStore, ReadableStore, StoreOperation } from '../../store/store.ts'
import { encodeChecked } from '../checked-json.ts'
import { FORMAT_VALUE } from '../format.ts'
import {
  FORMAT_KEY,
  HEAD_KEYS,
  LAW_KEY,
  logKey,
  lsnBytes,
  lsnOf,
  OBSERVED_KEY,
  PROOF_START_KEY,
  producerKey,
  QUARANTINE_KEYS,
  quarantineKey,
  RECEIPT_KEYS,
  SEALING_KEY,
  TAG_FIGURES_LSN_KEY,
  TOTALS_KEY,
  tagKey,
} from '../keys.ts'
import { encodeLaw } from '../law-state.ts'
import { LOG_PAGE_BYTES, LOG_PAGE_ENTRIES } from '../limits.ts'
import { encodeObserved } from '../observed.ts'
import { decodeMark } from '../receipts.ts'
import { encodeSealing } from '../sealing.ts'
import { encodeTag } from '../tag.ts'
import { verifyJournal } from '../verify/verify.ts'
import { Catalogue } from './catalogue.ts'
import { copyChunks } from './chunks.ts'
import { figuresOf } from './figures.ts'
import { Findings } from './findings.ts'
import { copyFrames, indexFrames } from './frames.ts'
import { Leaves } from './leaves.ts'
import { noteLosses } from './losses.ts'
import type { Repair } from './parts.ts'
import { copyReductions } from './reductions.ts'
import { readRemains, tryRead } from './remains.ts'
import type { RepairReport } from './report.ts'

const PAGE = { maxEntries: LOG_PAGE_ENTRIES, maxBytes: LOG_PAGE_BYTES }

/**
 * Makes a sound journal of a damaged one: takes every frame and every chunk that is what its leaf says, makes everything
 * else anew from them, and puts aside what is neither. The result is verified.
 *
 * @param source of which nothing is changed
 * @param target an empty store
 * @param onProgress called now and then with how many frames and chunks were gone through
 * @throws StoreError when the source cannot be read
 */
export async function rebuildJournal(
  source: ReadableStore,
  target: KeyValueStore,
  onProgress: (count: number) => void = () => {},
): Promise<RepairReport> {
  let count = 0
  const step = () => {
    count += 1
    if (count % LOG_PAGE_ENTRIES === 0) onProgress(count)
  }
  const findings = new Findings(target)
  const remains = await readRemains(source, findings)
  const leaves = await Leaves.read(source)
  const catalogue = new Catalogue(remains, findings)
  const repair: Repair = { source, target, remains, findings, leaves, catalogue, step }
  await copyAsItIs(repair)
  const reduced = await copyReductions(repair)
  const chunks = await copyChunks(repair, reduced)
  const sealedLsn = remains.sealing?.sealedLsn ?? chunks.toLsn
  const frames = await copyFrames(repair, sealedLsn)
  catalogue.fillGaps()
  await indexFrames(repair, sealedLsn)
  await copyReceipts(repair)
  const headLsn = await quarantineMissing(repair, { sealedLsn, lastLsn: frames.lastLsn })
  await noteLosses(repair)
  const root = await leaves.write(target, findings)
  const figures = figuresOf(repair, { chunks, frames, sealedLsn, headLsn })
  await target.batch(figureOperations(repair, figures, headLsn), { sync: true })
  const verified = await verifyJournal(target)
  return {
    verified,
    quarantined: findings.quarantined,
    quarantinedCount: findings.quarantinedCount,
    losses: findings.losses,
    rebuilt: findings.rebuilt,
    proof: {
      isProven: leaves.head !== undefined && Buffer.compare(leaves.head.root, root) === 0,
      rootHashBefore: leaves.head ? Buffer.from(leaves.head.root).toString('hex') : '',
      restored: leaves.restored,
      lost: leaves.lost,
    },
  }
}

/** What an earlier repair has put aside stays there, and signed heads say themselves whether they are right. */
async function copyAsItIs({ source, target }: Repair): Promise<void> {
  for (const range of [QUARANTINE_KEYS, HEAD_KEYS]) {
    for await (const entry of entriesOf(source, range, PAGE)) {
      await target.batch([{ type: 'put', ...entry }], { sync: false })
    }
  }
}

async function copyReceipts({ source, target, findings }: Repair): Promise<void> {
  for await (const { key, value } of entriesOf(source, RECEIPT_KEYS, PAGE)) {
    if (tryRead(() => decodeMark(key, value)) === undefined) {
      findings.rebuild(`receipt of frame ${lsnOf(key)}: dropped, the one before it holds`)
    } else await target.batch([{ type: 'put', key, value }], { sync: false })
  }
}

/** Frames that nobody shall look for in vain. @returns the newest log position */
async function quarantineMissing(
  { remains, leaves, target, findings }: Repair,
  { sealedLsn, lastLsn }: { readonly sealedLsn: number; readonly lastLsn: number },
): Promise<number> {
  const frameLeaves = leaves.size - (remains.sealing?.chunkLeaves ?? leaves.size)
  const headLsn = remains.totals?.frames ?? Math.max(lastLsn, frameLeaves + remains.proofStartLsn - 1)
  for (let lsn = sealedLsn + 1; lsn <= headLsn; lsn += 1) {
    const key = logKey(lsn)
    if ((await target.get(key)) !== undefined || (await target.get(quarantineKey(key))) !== undefined)
      continue
    findings.lostLsns.add(lsn)
    const what = 'is missing from the log'
    await findings.quarantine(key, { where: `frame ${lsn}`, what, bytes: new Uint8Array() })
  }
  return headLsn
}

function figureOperations(
  { remains, catalogue }: Repair,
  { totals, sealing, producers }: ReturnType<typeof figuresOf>,
  headLsn: number,
): StoreOperation[] {
  const put = (key: Uint8Array, value: Uint8Array): StoreOperation => ({ type: 'put', key, value })
  return [
    put(FORMAT_KEY, FORMAT_VALUE),
    put(TOTALS_KEY, encodeChecked(totals)),
    put(SEALING_KEY, encodeSealing(sealing)),
    put(PROOF_START_KEY, lsnBytes(remains.proofStartLsn)),
    put(TAG_FIGURES_LSN_KEY, lsnBytes(headLsn)),
    ...(remains.law ? [put(LAW_KEY, encodeLaw(remains.law))] : []),
    ...(remains.observed ? [put(OBSERVED_KEY, encodeObserved(remains.observed))] : []),
    ...producers.map((producer) => put(producerKey(producer.producer), encodeChecked(producer))),
    ...[...catalogue.tags.values()].map((tag) =>
      put(tagKey(tag.tag), encodeTag({ ...tag, figuresLsn: headLsn })),
    ),
  ]
}
