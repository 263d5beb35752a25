import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { quarantinedIn } from '../../../shared/journal/quarantine.ts'
import { rebuildJournal } from '../../../shared/journal/repair/rebuild.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore, StoreEntry } from '../../../shared/store/store.ts'
import { everything, fillSmall, flipped, framesFrom, samplesOf } from './sealed-store.ts'

const small = await (async () => {
  const store = createMemoryStore()
  const journal = await fillSmall(store)
  return { entries: await everything(store), samples: await samplesOf(journal), root: journal.proof.root() }
})()

async function storeOf(entries: readonly StoreEntry[]): Promise<KeyValueStore> {
  const store = createMemoryStore()
  await store.batch(
    entries.map((entry) => ({ type: 'put', ...entry })),
    { sync: true },
  )
  return store
}

/** The small journal with another value, or none, under a key. */
const changedStore = (key: Uint8Array, value: Uint8Array | undefined) =>
  storeOf(
    small.entries.flatMap((entry) => {
      if (Buffer.compare(entry.key, key) !== 0) return [entry]
      return value === undefined ? [] : [{ key, value }]
    }),
  )

async function repaired(source: KeyValueStore) {
  const target = createMemoryStore()
  const report = await rebuildJournal(source, target)
  return { target, report, journal: await openJournal(target) }
}

/** A few of a kind, of any number; all figures. */
const someOfKind = (kind: number) => {
  const all = ofKind(kind)
  return all.filter((_, index) => kind === 0 || index % Math.ceil(all.length / 4) === 0)
}

const ofKind = (kind: number) => small.entries.filter(({ key }) => key[0] === kind)

describe('repair of a journal', () => {
  it('leaves a sound one as it is, key by key', async () => {
    const { target, report } = await repaired(await storeOf(small.entries))
    expect(report).toMatchObject({ quarantinedCount: 0, losses: [], rebuilt: [], verified: { problems: [] } })
    expect(report.proof).toMatchObject({ isProven: true, restored: 0, lost: 0 })
    const after = await everything(target)
    const isFigure = ({ key }: StoreEntry) =>
      key[0] === 3 || Buffer.from(key).toString().endsWith('figures-lsn')
    expect(after.filter((entry) => !isFigure(entry))).toEqual(
      small.entries.filter((entry) => !isFigure(entry)),
    )
  })

  it('brings back everything whose leaf, index, figure, tag or rollup is damaged or missing', {
    timeout: 120_000,
  }, async () => {
    const kinds = new Set(small.entries.map(({ key }) => key[0] ?? 0))
    expect([...kinds]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const some = [...kinds].filter((kind) => kind !== 1 && kind !== 8).flatMap(someOfKind)
    for (const { key, value } of some) {
      for (const changed of [undefined, ...(value.length > 0 ? [flipped(value, 77)] : [])]) {
        const { journal, report } = await repaired(await changedStore(key, changed))
        const what = `${Buffer.from(key).toString('hex')} ${JSON.stringify(report.verified.problems)}`
        expect(report.verified.problemCount, what).toBe(0)
        expect((await samplesOf(journal)).sort(), what).toEqual(small.samples.toSorted())
      }
    }
  })

  it('puts a damaged frame or chunk aside, names it, says what is lost, and serves the rest', async () => {
    for (const { key, value } of [...ofKind(1).slice(-5), ...ofKind(8)]) {
      const { journal, target, report } = await repaired(await changedStore(key, flipped(value, 300)))
      expect(report.verified.problems).toEqual([])
      expect(report.proof.isProven).toBe(true)
      const [only] = report.quarantined
      expect(report.quarantinedCount).toBe(1)
      expect(only?.where).toMatch(/^(frame|chunk) \d+$/)
      for await (const { bytes } of quarantinedIn(target)) expect(bytes).toEqual(flipped(value, 300))
      const left = await samplesOf(journal)
      expect(small.samples).toEqual(expect.arrayContaining(left))
      const lost = small.samples.length - left.length
      if (key[0] === 8) expect(report.losses).toMatchObject([{ samples: lost }])
      expect(journal.headLsn).toBe(40)
      const { stored } = await journal.append(framesFrom(40, 1))
      expect(stored).toMatchObject([{ lsn: 41 }])
      while (await journal.seal(41)) {
        // As many runs as it takes.
      }
      expect((await verifyJournal(target)).problems).toEqual([])
    }
  })

  it('names frames that are missing, once, and goes on behind them', async () => {
    const newest = ofKind(1).slice(-4)
    let store = await storeOf(small.entries)
    for (const { key } of newest) await store.batch([{ type: 'del', key }], { sync: true })
    expect((await verifyJournal(store)).problems.length).toBeGreaterThanOrEqual(4)
    for (const _ of [1, 2]) {
      const { target, report } = await repaired(store)
      expect(report.verified).toMatchObject({ problems: [], quarantined: 4 })
      store = target
    }
    const journal = await openJournal(store)
    const { stored } = await journal.append(framesFrom(40, 1))
    expect(stored).toMatchObject([{ lsn: 41 }])
    expect((await verifyJournal(store)).problems).toEqual([])
  })

  it('says when the proof is not the one that was stored', async () => {
    const [frame] = ofKind(1).slice(-1)
    const leaf = ofKind(9).find(({ key, value }) => key[1] === 0 && value.length > 0)
    if (!frame || !leaf) throw new Error('there is no such key')
    const { report } = await repaired(await changedStore(leaf.key, undefined))
    // The data of the first leaf is sealed, so nobody can say what it was.
    expect(report.proof).toMatchObject({ isProven: false, lost: 1 })
    expect(report.proof.rootHashBefore).toBe(Buffer.from(small.root).toString('hex'))
    expect(report.verified.problems).toEqual([])
  })
})
