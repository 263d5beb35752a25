import { encodeContent, sealFrame } from '../../shared/frame/encode.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { LawKeeper } from '../../shared/law/law-keeper.ts'
import { runRetention } from '../../shared/law/retention-run.ts'
import { runThinning } from '../../shared/law/thinning-run.ts'
import { LawConfig } from '../../shared/retention/config.ts'
import type { CrashWorld } from './crash-world.ts'

const PRODUCER = 'crash/short'
const SAMPLES = 300

/** Of a disk on which raw samples give way to rollups, and of one on which rollups go, too. */
const USES = [
  { usedBytes: 920_000, budgetBytes: 1_000_000 },
  { usedBytes: 990_000, budgetBytes: 1_000_000 },
]
const WHO = { by: 'crash', reason: 'a test' }

const LAW = LawConfig.parse({
  lawClasses: [
    { name: 'short', residency: 'site', subject: '$1' },
    { name: 'free', residency: 'site' },
    // Nobody confirms the clock, so that nothing else may ever go.
    { name: 'default', keepAtLeast: '1y', residency: 'site' },
  ],
  laws: [
    { tags: ['short/#'], class: 'short' },
    { tags: ['free/#'], class: 'free' },
  ],
})

/** Has asked to be erased before any of the data comes, so that it has to go at once. */
const REQUEST = { id: 'request', subject: 'short', untilUs: 1_000_000_000_000, ...WHO }

/** Brings in samples that have to go, and some that may go, and lets them go. */
export async function retain({ journal, wallUs }: Pick<CrashWorld, 'journal' | 'wallUs'>): Promise<void> {
  const readClocks = () => ({ wallUs: wallUs(), monotonicUs: wallUs(), bootId: 'crash' })
  const keeper = new LawKeeper({ journal, readClocks })
  await keeper.setLaw(LAW, WHO)
  if (keeper.law.erasures.length === 0) await keeper.requestErasure(REQUEST)
  await journal.append([shortLived(journal, 'short')])
  await journal.append([shortLived(journal, 'free')])
  await journal.seal(journal.headLsn)
  await journal.undisturbed(() => runRetention({ journal, keeper, who: WHO.by, isWithRecords: false }))
  const use = USES[journal.headLsn % USES.length] ?? { usedBytes: 0, budgetBytes: 1 }
  await journal.undisturbed(() => runThinning({ journal, keeper, who: WHO.by, use }))
}

function shortLived(journal: Journal, line: string): Uint8Array {
  const { epoch, sequence } = journal.producer(PRODUCER)
  const identity = { producer: PRODUCER, epoch: Math.max(epoch, 0), sequence: sequence + 1 }
  const timesUs = Float64Array.from({ length: SAMPLES }, (_, i) => identity.sequence * 1_000_000 + i)
  const column = {
    tag: `${line}/${identity.sequence % 3}`,
    timesUs,
    quality: new Uint8Array(timesUs.length),
    data: { kind: 'number' as const, values: timesUs.map((timeUs) => Math.sin(timeUs)) },
  }
  const content = encodeContent({
    body: 'samples',
    columns: [column],
    completeBeforeUs: Number.NEGATIVE_INFINITY,
    position: '',
  })
  return sealFrame(content, identity)
}
