import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { LawKeeper } from '../../shared/law/law-keeper.ts'
import { runRetention } from '../../shared/law/retention-run.ts'
import { LawConfig } from '../../shared/retention/config.ts'
import type { CrashWorld } from './crash-world.ts'

const PRODUCER = 'crash/short'
const WHO = { by: 'crash', reason: 'a test' }

const LAW = LawConfig.parse({
  lawClasses: [{ name: 'short', residency: 'site', subject: '$1' }],
  laws: [{ tags: ['short/#'], class: 'short' }],
})

/** Has asked to be erased before any of the data comes, so that it has to go at once. */
const REQUEST = { id: 'request', subject: 'short', untilUs: 1_000_000_000_000, ...WHO }

/** Brings in samples that have to go, and lets them go. */
export async function retain({ journal, wallUs }: Pick<CrashWorld, 'journal' | 'wallUs'>): Promise<void> {
  const readClocks = () => ({ wallUs: wallUs(), monotonicUs: wallUs(), bootId: 'crash' })
  const keeper = new LawKeeper({ journal, readClocks })
  await keeper.setLaw(LAW, WHO)
  if (keeper.law.erasures.length === 0) await keeper.requestErasure(REQUEST)
  await journal.append([shortLived(journal)])
  await journal.seal(journal.headLsn)
  await journal.undisturbed(() => runRetention({ journal, keeper, who: WHO.by, isWithRecords: false }))
}

function shortLived(journal: Journal): Uint8Array {
  const { epoch, sequence } = journal.producer(PRODUCER)
  const identity = { producer: PRODUCER, epoch: Math.max(epoch, 0), sequence: sequence + 1 }
  const timesUs = Float64Array.from({ length: 50 }, (_, i) => identity.sequence * 1000 + i)
  const column = {
    tag: `short/${identity.sequence % 3}`,
    timesUs,
    quality: new Uint8Array(timesUs.length),
    data: { kind: 'number' as const, values: timesUs },
  }
  const content = encodeContent({
    body: 'samples',
    columns: [column],
    completeBeforeUs: Number.NEGATIVE_INFINITY,
    position: '',
  })
  return sealFrame(content, identity)
}
