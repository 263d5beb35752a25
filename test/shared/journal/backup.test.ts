import { describe, expect, it } from 'vitest'
import type { BackupOptions } from '../../../shared/journal/backup/backup.ts'
import { readManifest } from '../../../shared/journal/backup/manifest.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { createMemoryDisk, createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { storeWith } from '../../support/store-with.ts'
import { everything, fill, fillSmall, flipped, framesFrom, openSmall, samplesOf } from './sealed-store.ts'

const OPTIONS: BackupOptions = { log: 'gateway/historian', madeAtUs: 7_000_000 }

const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

/** Refuses everything from a write on. */
function failing(store: KeyValueStore, from: number): KeyValueStore {
  let writes = 0
  return storeWith(store, {
    async batch(operations, options) {
      writes += 1
      if (writes > from) throw new StoreError('GENBA_STORE_FULL', 'no space left')
      await store.batch(operations, options)
    },
  })
}

describe('a backup', () => {
  it('is a journal of its own with the same samples, records and root', async () => {
    const journal = await fillSmall(createMemoryStore())
    const target = createMemoryStore()
    const report = await journal.backup(target, OPTIONS)
    expect(report).toMatchObject({ log: 'gateway/historian', madeAtUs: 7_000_000, mended: 0, removed: 0 })
    expect(report.rootHash).toBe(Buffer.from(journal.proof.root()).toString('hex'))
    const copy = await openJournal(target)
    expect(await samplesOf(copy)).toEqual(await samplesOf(journal))
    expect(copy.totals).toEqual(journal.totals)
    expect(copy.tags('', 99)).toEqual(journal.tags('', 99))
    const { written, writtenBytes, removed, mended, ...manifest } = report
    expect(await readManifest(target)).toEqual(manifest)
  })

  it('that is made again writes what came since, and removes what was sealed', async () => {
    const journal = await fillSmall(createMemoryStore())
    const target = createMemoryStore()
    const whole = await journal.backup(target, OPTIONS)
    expect(await journal.backup(target, OPTIONS)).toMatchObject({ written: 0, removed: 0 })
    await fill(journal, framesFrom(40, 5), 36)
    const second = await journal.backup(target, OPTIONS)
    expect(second.removed).toBeGreaterThan(5)
    expect(second.written).toBeLessThan(whole.written / 2)
    const fresh = createMemoryStore()
    await journal.backup(fresh, OPTIONS)
    expect(await everything(target)).toEqual(await everything(fresh))
  })

  it('holds what was durable when it began, however much is appended while it is made', async () => {
    const journal = await fillSmall(createMemoryStore())
    const target = createMemoryStore()
    const backup = journal.backup(target, OPTIONS)
    const appended: number[] = []
    for (const frame of framesFrom(40, 30)) appended.push((await journal.append([frame])).stored.length)
    const { rootHash, leaves } = await backup
    expect(appended).toEqual(appended.map(() => 1))
    expect(rootHash).toBe(Buffer.from(await journal.proof.rootAt(leaves)).toString('hex'))
    const copy = await openJournal(target)
    expect(copy.headLsn).toBeLessThan(45)
    const then = await fillSmall(createMemoryStore())
    await then.append(framesFrom(40, 30).slice(0, copy.headLsn - 40))
    expect(await samplesOf(copy)).toEqual(await samplesOf(then))
    expect((await verifyJournal(target)).problems).toEqual([])
    await journal.backup(target, OPTIONS)
    expect(await samplesOf(await openJournal(target))).toEqual(await samplesOf(journal))
  })

  it('holds sealing off, and only as long as it takes', async () => {
    const journal = await fillSmall(createMemoryStore())
    const order: string[] = []
    const note = (name: string) => () => void order.push(name)
    await Promise.all([
      journal.seal(35).then(note('sealed')),
      journal.backup(createMemoryStore(), OPTIONS).then(note('backed up')),
      journal.seal(39).then(note('sealed again')),
    ])
    expect(order).toEqual(['sealed', 'backed up', 'sealed again'])
  })

  it('that is broken off at any write is not taken for complete, and the next run goes on', async () => {
    const frames = framesFrom(0, 40)
    const journal = await openSmall(createMemoryStore())
    await fill(journal, frames.slice(0, 25), 20)
    const earlier = createMemoryStore()
    await journal.backup(earlier, OPTIONS)
    await fill(journal, frames.slice(25), 30)
    for (const already of [[], await everything(earlier)]) {
      for (let from = 0; ; from += 1) {
        const disk = createMemoryDisk()
        await disk.open().batch(
          already.map((entry) => ({ type: 'put', ...entry })),
          { sync: true },
        )
        disk.kill()
        const ended = await codeOf(journal.backup(failing(disk.open(), from), OPTIONS))
        if (ended === 'done') break
        expect(ended).toBe('GENBA_STORE_FULL')
        disk.losePower()
        const again = disk.open()
        // Nothing is changed before the mark says so.
        if (from > 0) expect(await codeOf(readManifest(again))).toBe('GENBA_BACKUP_INCOMPLETE')
        await journal.backup(again, OPTIONS)
        expect(await samplesOf(await openJournal(again))).toEqual(await samplesOf(journal))
      }
    }
  })

  it('is not begun in a store that holds something else, is of another log, or is ahead', async () => {
    const journal = await fillSmall(createMemoryStore())
    const other = await openSmall(createMemoryStore())
    await fill(other, framesFrom(100, 10), 5)
    const [foreign, plain] = [createMemoryStore(), createMemoryStore()]
    await other.backup(foreign, OPTIONS)
    await fillSmall(plain)
    for (const [target, code] of [
      [foreign, 'GENBA_BACKUP_FOREIGN'],
      [plain, 'GENBA_BACKUP_TARGET'],
    ] as const) {
      const before = await everything(target)
      expect(await codeOf(journal.backup(target, OPTIONS))).toBe(code)
      expect(await everything(target)).toEqual(before)
    }
    const target = createMemoryStore()
    await journal.backup(target, OPTIONS)
    const younger = await openSmall(createMemoryStore())
    await fill(younger, framesFrom(0, 12), 0)
    expect(await codeOf(younger.backup(target, OPTIONS))).toBe('GENBA_BACKUP_FOREIGN')
    expect(await codeOf((await openSmall(createMemoryStore())).backup(createMemoryStore(), OPTIONS))).toBe(
      'GENBA_BACKUP_SOURCE',
    )
  })

  it('is not harmed by a store that is damaged, and mends what is damaged in itself', async () => {
    const store = createMemoryStore()
    const journal = await fillSmall(store)
    const target = createMemoryStore()
    await journal.backup(target, OPTIONS)
    const before = await everything(target)
    for (const kind of [1, 8]) {
      const [entry] = before.filter(({ key }) => key[0] === kind)
      if (entry === undefined) throw new Error('there is no such key')
      const { key, value } = entry
      await target.batch([{ type: 'put', key, value: flipped(value, 99) }], { sync: true })
      expect(await journal.backup(target, OPTIONS)).toMatchObject({ mended: 1 })
      expect(await everything(target)).toEqual(before)
      await store.batch([{ type: 'put', key, value: flipped(value, 99) }], { sync: true })
      expect(await codeOf(journal.backup(target, OPTIONS))).toBe('GENBA_BACKUP_SOURCE')
      expect(await everything(target)).toEqual(before)
      await store.batch([{ type: 'put', key, value }], { sync: true })
    }
  })

  it('that lost something is marked as incomplete', async () => {
    const journal = await fillSmall(createMemoryStore())
    const target = createMemoryStore()
    const losing = storeWith(target, {
      batch: (operations, options) =>
        target.batch(
          operations.filter(({ key }) => key[0] !== 8),
          options,
        ),
    })
    expect(await codeOf(journal.backup(losing, OPTIONS))).toBe('GENBA_BACKUP_UNPROVEN')
    expect(await codeOf(readManifest(target))).toBe('GENBA_BACKUP_INCOMPLETE')
  })
})
