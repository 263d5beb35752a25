import { existsSync } from 'node:fs'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import { readMark } from '../../shared/journal/backup/manifest.ts'
import { proveBackup } from '../../shared/journal/backup/restore.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { verifyJournal } from '../../shared/journal/verify/verify.ts'
import { checkLevelFiles } from '../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import { frameAt, isRecords, PRODUCER, SAMPLES_A_FRAME } from './frames.ts'

/** Frames of each epoch that were said to be durable. */
export type Acknowledged = ReadonlyMap<number, number>

export interface StoreFigures {
  readonly frames: number
  readonly samples: number
  readonly isBackupComplete: boolean
  /** What must not be. */
  readonly violations: readonly string[]
}

/** Holds what a killed process has left against what it had acknowledged. */
export async function checkStores(
  directories: { readonly store: string; readonly backup: string },
  acknowledged: Acknowledged,
): Promise<StoreFigures> {
  const violations: string[] = []
  for (const { file, what } of await checkLevelFiles(directories.store)) violations.push(`${file} ${what}`)
  const store = await openLevelStore(directories.store)
  const journal = await openJournal(store)
  try {
    const { problems, samples } = await verifyJournal(store)
    for (const { where, what } of problems) violations.push(`${where} ${what}`)
    violations.push(
      ...problemsOfFrames(await samplesByFrame(journal), await recordsOf(journal), acknowledged),
    )
    violations.push(...(await problemsOfRemovals(journal)))
    const { epoch, sequence } = journal.producer(PRODUCER)
    if (sequence + 1 < (acknowledged.get(epoch) ?? 0))
      violations.push(`holds ${sequence} of epoch ${epoch} only`)
    const backup = await checkBackup(directories.backup, journal)
    violations.push(...backup.violations)
    return { frames: journal.headLsn, samples, isBackupComplete: backup.isComplete, violations }
  } finally {
    await journal.close()
  }
}

type Readable = Awaited<ReturnType<typeof openJournal>>

/** How many samples of each frame are there, each counted as often as it is given. */
async function samplesByFrame(journal: Readable): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for await (const { bytes } of journal.range({ tags: ['crash/#'], fromUs: null, toUs: null, cursor: '' })) {
    const frame = decodeFrame(bytes)
    for (const { timesUs, data } of frame.body === 'samples' ? frame.columns : []) {
      for (const [i, timeUs] of timesUs.entries()) {
        const { epoch, sequence } = frameAt(timeUs)
        const name = `${epoch}/${sequence}`
        // A wrong value is as good as none.
        counts.set(name, (counts.get(name) ?? 0) + Number(data.values[i] === Math.sin(timeUs)))
      }
    }
  }
  return counts
}

async function recordsOf(journal: Readable): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (let afterLsn = 0, isEnd = false; !isEnd; ) {
    const page = await journal.logPage({ afterLsn, body: 'records', bytesMax: 1 << 20 })
    ;({ readLsn: afterLsn, isEnd } = page)
    for (const { bytes } of page.frames) {
      const frame = decodeFrame(bytes)
      for (const text of frame.body === 'records' ? frame.records : []) {
        const { id } = JSON.parse(text)
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
  }
  return counts
}

function problemsOfFrames(
  samples: ReadonlyMap<string, number>,
  records: ReadonlyMap<string, number>,
  acknowledged: Acknowledged,
): string[] {
  const problems: string[] = []
  for (const [epoch, count] of acknowledged) {
    for (let sequence = 0; sequence < count; sequence += 1) {
      const name = `${epoch}/${sequence}`
      const [found, expected] = isRecords(sequence)
        ? [records.get(name) ?? 0, 1]
        : [samples.get(name) ?? 0, SAMPLES_A_FRAME]
      if (found !== expected)
        problems.push(`frame ${name} was acknowledged and is there with ${found} of ${expected}`)
    }
  }
  // What nobody was told of may be there, but whole and once.
  for (const [name, count] of samples) {
    if (count !== SAMPLES_A_FRAME) problems.push(`frame ${name} is there with ${count} of ${SAMPLES_A_FRAME}`)
  }
  return problems
}

/** What was let go and what the audit trail says of it are one write. */
async function problemsOfRemovals(journal: Readable): Promise<string[]> {
  const { removedSamples } = journal.totals
  let told = 0
  for (let afterLsn = 0, isEnd = false; !isEnd; ) {
    const page = await journal.logPage({ afterLsn, body: 'audit', bytesMax: 1 << 20 })
    ;({ readLsn: afterLsn, isEnd } = page)
    for (const { bytes } of page.frames) {
      const frame = decodeFrame(bytes)
      for (const text of frame.body === 'records' ? frame.records : [])
        told += JSON.parse(text).before?.samples ?? 0
    }
  }
  return told === removedSamples ? [] : [`${removedSamples} samples were removed, and ${told} told of`]
}

/** One that was broken off goes on, and is complete then. */
async function checkBackup(directory: string, journal: Readable) {
  const violations: string[] = []
  if (!existsSync(directory)) return { isComplete: false, violations }
  const store = await openLevelStore(directory)
  try {
    const mark = await readMark(store)
    const isComplete = mark?.state === 'complete'
    if (!isComplete) await journal.backup(store, { log: 'crash/historian', madeAtUs: 0 })
    const { leaves, rootHash } = await proveBackup(store)
    const root = Buffer.from(await journal.proof.rootAt(leaves)).toString('hex')
    if (root !== rootHash) violations.push('backup: is of another log')
    return { isComplete, violations }
  } catch (error) {
    if (!(error instanceof GenbaError)) throw error
    return { isComplete: false, violations: [`backup: ${describeError(error)}`] }
  } finally {
    await store.close()
  }
}
