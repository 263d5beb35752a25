import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { SealLimits } from '../../../shared/journal/limits.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { AuditRecord } from '../../../shared/law/audit-record.ts'
import { LawKeeper } from '../../../shared/law/law-keeper.ts'
import { type RetentionReport, runRetention } from '../../../shared/law/retention-run.ts'
import { LawConfig } from '../../../shared/retention/config.ts'
import { observeClock, receiptUs } from '../../../shared/retention/trusted-time.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { sealAll } from '../../support/seal-all.ts'

export const DAY_US = 86_400_000_000
export const START_US = 1_772_323_200_000_000
export const SATO = { by: 'A. Sato', reason: 'because it is so' }

const LIMITS = { runSamples: 60, runFrames: 7, blockSamples: 64, chunkSamples: 20 }

/** A store under law, with clocks that a test turns. */
export async function createLawWorld(
  wrap: (store: KeyValueStore) => KeyValueStore = (store) => store,
  limits: Partial<SealLimits> = {},
) {
  const disk = createMemoryDisk()
  let nowUs = START_US
  const readClocks = () => ({ wallUs: nowUs, monotonicUs: nowUs - START_US, bootId: 'boot' })

  async function open() {
    const store = disk.open()
    const journal: Journal = await openJournal(wrap(store), {
      sealLimits: { ...LIMITS, ...limits },
      receivedUs: () => receiptUs(observeClock(journal.observed.time, readClocks())),
    })
    return { store, journal, keeper: new LawKeeper({ journal, readClocks }) }
  }
  let opened = await open()

  return {
    disk,
    get journal() {
      return opened.journal
    },
    get keeper() {
      return opened.keeper
    },
    get store() {
      return opened.store
    },
    nowUs: () => nowUs,
    pass: (us: number) => {
      nowUs += us
    },
    setLaw: (law: unknown) => opened.keeper.setLaw(LawConfig.parse(law), SATO),
    async run(): Promise<RetentionReport> {
      const { journal, keeper } = opened
      await sealAll(journal)
      return journal.undisturbed(() => runRetention({ journal, keeper, who: 'test', isWithRecords: true }))
    },
    async restart(): Promise<void> {
      disk.losePower()
      opened = await open()
    },
    /** Tag, time and value of everything that is stored. */
    async samples(): Promise<string[]> {
      const samples: string[] = []
      const query = { tags: [], fromUs: null, toUs: null, cursor: '' }
      for await (const { bytes } of opened.journal.range(query)) {
        const frame = decodeFrame(bytes)
        if (frame.body !== 'samples') continue
        for (const { tag, timesUs, data } of frame.columns) {
          for (const [i, timeUs] of timesUs.entries()) samples.push(`${tag} ${timeUs} ${data.values[i]}`)
        }
      }
      return samples
    },
    async audit(): Promise<AuditRecord[]> {
      const page = await opened.journal.logPage({ afterLsn: 0, body: 'audit', bytesMax: 1e9 })
      return page.frames.flatMap(({ bytes }) => {
        const frame = decodeFrame(bytes)
        return frame.body === 'records'
          ? frame.records.map((text) => AuditRecord.parse(JSON.parse(text)))
          : []
      })
    },
  }
}
