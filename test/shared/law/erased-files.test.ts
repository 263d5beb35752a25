import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Journal } from '../../../shared/journal/journal.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { LawKeeper } from '../../../shared/law/law-keeper.ts'
import { runRetention } from '../../../shared/law/retention-run.ts'
import { LawConfig } from '../../../shared/retention/config.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { sealAll } from '../../support/seal-all.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { column, type Point, producerOf } from '../journal/frames.ts'
import { SATO, START_US } from './law-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const LAW = LawConfig.parse({
  lawClasses: [{ name: 'driver', residency: 'site', subject: '$2' }],
  laws: [{ tags: ['fleet/#'], class: 'driver' }],
})

/** Files of the store in which a text stands. */
const filesWith = (text: string): string[] =>
  readdirSync(folder.path, { recursive: true })
    .map(String)
    .filter((file) => statSync(join(folder.path, file)).isFile())
    .filter((file) => readFileSync(join(folder.path, file)).includes(text))

async function open(): Promise<Journal> {
  return openJournal(await openLevelStore(folder.path), { receivedUs: () => START_US })
}

it('what was erased stands in no file of the store any more, and the rest does', async () => {
  const written = await open()
  const [p, q] = [producerOf('p'), producerOf('q')]
  for (const name of ['anna', 'ben']) {
    const tag = `fleet/${name}/note`
    // Noise beside it, so that chunks are not deflated and large values have files of their own.
    const points = Array.from({ length: 400 }, (_, i): Point => [START_US + i, `${name}-was-here-${i ** 3}`])
    const summary = {
      type: 'summary',
      id: `${name}|w`,
      tag,
      startUs: START_US,
      endUs: START_US + 1,
      last: `${name}-was-here`,
    }
    await written.append(Array.from({ length: 4 }, () => p.samples([column(tag, points.slice(0, 150))])))
    await written.append([q.records(JSON.stringify(summary))])
  }
  await written.close()
  const journal = await open()
  expect(filesWith('anna-was-here')).not.toEqual([])
  const readClocks = () => ({ wallUs: START_US, monotonicUs: 0, bootId: 'boot' })
  const keeper = new LawKeeper({ journal, readClocks })
  await keeper.setLaw(LAW, SATO)
  const order = { subject: 'anna', untilUs: START_US, ...SATO }
  await keeper.requestErasure({ id: 'r1', ...order })
  await sealAll(journal)
  const parts = { journal, keeper, who: 'test', isWithRecords: true }
  const { erased } = await journal.undisturbed(() => runRetention(parts))
  expect(erased).toMatchObject({ samples: 600, records: 1 })
  await journal.compact({ isThorough: true })
  await journal.close()
  expect(filesWith('anna-was-here')).toEqual([])
  expect(filesWith('ben-was-here')).not.toEqual([])
})
