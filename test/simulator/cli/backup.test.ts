import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { backupCommand } from '../../../simulator/cli/commands/backup.ts'
import { repairCommand } from '../../../simulator/cli/commands/repair.ts'
import { restoreCommand } from '../../../simulator/cli/commands/restore.ts'
import { verifyCommand } from '../../../simulator/cli/commands/verify.ts'
import { readHistoryFrames } from '../../../simulator/cli/history/read.ts'
import { type StateDirectory, stateDirectory } from '../../../simulator/cli/state-directory.ts'
import {
  everything,
  fill,
  fillSmall,
  flipped,
  framesFrom,
  openSmall,
} from '../../shared/journal/sealed-store.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { printedBy } from './command-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const path = (name: string) => join(folder.path, name)

async function stopped(name: string): Promise<StateDirectory> {
  const state = stateDirectory(path(name))
  mkdirSync(dirname(state.historianStore), { recursive: true })
  await (await fillSmall(await openLevelStore(state.historianStore))).close()
  return state
}

async function historyOf(state: StateDirectory): Promise<string[]> {
  const samples: string[] = []
  for await (const { columns } of readHistoryFrames(state, {
    tags: [],
    read: { kind: 'samples', qualities: [] },
  })) {
    for (const { tag, timesUs, data } of columns) {
      for (const [i, timeUs] of timesUs.entries()) samples.push(`${tag} ${timeUs} ${data.values[i]}`)
    }
  }
  return samples
}

const backup = (directory: string, state: StateDirectory) =>
  printedBy(backupCommand, directory, '--state', state.path, '--json').then((text) => JSON.parse(text))
const restore = (directory: string, state: StateDirectory) =>
  printedBy(restoreCommand, directory, '--state', state.path, '--json').then((text) => JSON.parse(text))

/** Changes one bit of every value of a kind. */
async function damage({ historianStore }: StateDirectory, kind: number): Promise<void> {
  const store = await openLevelStore(historianStore)
  const [entry] = (await everything(store)).filter(({ key }) => key[0] === kind)
  if (entry === undefined) throw new Error('there is no such key')
  await store.batch([{ type: 'put', key: entry.key, value: flipped(entry.value, 200) }], { sync: true })
  await store.close()
}

describe('genba backup and restore', () => {
  it('make another gateway with the same store, and say what was proven', async () => {
    const state = await stopped('first')
    const made = await backup(path('first.backup'), state)
    expect(made).toMatchObject({ v: 1, log: 'genba-first/historian', frames: 16, removed: 0 })
    expect(JSON.parse(readFileSync(path('first.backup/backup.json'), 'utf8')).rootHash).toBe(made.rootHash)
    const other = stateDirectory(path('other'))
    expect(await restore(path('first.backup'), other)).toMatchObject({ rootHash: made.rootHash })
    expect(await historyOf(other)).toEqual(await historyOf(state))
    expect(JSON.parse(await printedBy(verifyCommand, '--state', other.path, '--json'))).toMatchObject({
      ok: true,
      rootHash: made.rootHash,
    })
    const journal = await openSmall(await openLevelStore(state.historianStore))
    await fill(journal, framesFrom(40, 3), 30)
    await journal.close()
    expect((await backup(path('first.backup'), state)).written).toBeLessThan(made.written / 5)
    await expect(restore(path('first.backup'), other)).rejects.toMatchObject({ code: 'GENBA_USAGE' })
  })

  it('refuse a directory that holds something else, is part of the gateway, or is of another', async () => {
    const state = await stopped('refusing')
    mkdirSync(path('holiday'))
    writeFileSync(path('holiday/photo.jpg'), 'x')
    for (const target of [
      path('holiday'),
      path('holiday/photo.jpg'),
      join(state.path, 'backup'),
      folder.path,
    ]) {
      await expect(backup(target, state)).rejects.toMatchObject({ code: 'GENBA_USAGE' })
    }
    expect(readdirSync(path('holiday'))).toEqual(['photo.jpg'])
    const other = stateDirectory(path('foreign'))
    mkdirSync(dirname(other.historianStore), { recursive: true })
    const journal = await openSmall(await openLevelStore(other.historianStore))
    await fill(journal, framesFrom(500, 5), 0)
    await journal.close()
    await backup(path('foreign.backup'), other)
    await expect(backup(path('foreign.backup'), state)).rejects.toMatchObject({
      code: 'GENBA_BACKUP_FOREIGN',
    })
  })

  it('restore nothing of a backup that is damaged or was broken off', async () => {
    const state = await stopped('unlucky')
    await backup(path('unlucky.backup'), state)
    const target = path('unlucky.backup/store')
    const table = readdirSync(target).find((file) => file.endsWith('.ldb') || file.endsWith('.log')) ?? ''
    const bytes = readFileSync(join(target, table))
    writeFileSync(join(target, table), flipped(bytes, 8 * 2000 + 3))
    const other = stateDirectory(path('unlucky.other'))
    await expect(restore(path('unlucky.backup'), other)).rejects.toMatchObject({
      code: 'GENBA_STORE_DAMAGED',
    })
    expect(existsSync(other.historianStore)).toBe(false)
    await expect(restore(path('nothing'), other)).rejects.toMatchObject({ code: 'GENBA_USAGE' })
  })

  it.skipIf(process.getuid?.() === 0)('say so when the directory cannot be written', async () => {
    const state = await stopped('readonly')
    mkdirSync(path('cd-rom'))
    chmodSync(path('cd-rom'), 0o500)
    await expect(backup(path('cd-rom'), state)).rejects.toMatchObject({ code: 'GENBA_STORE_IO' })
  })
})

describe('genba repair', () => {
  it('changes nothing of a sound store, nor when it is only asked', async () => {
    const state = await stopped('sound')
    const files = () => readdirSync(dirname(state.historianStore))
    expect(await printedBy(repairCommand, '--state', state.path)).toContain(
      'nothing is wrong, and nothing was changed',
    )
    await damage(state, 8)
    const asked = await printedBy(repairCommand, '--state', state.path, '--dry-run')
    expect(asked).toMatch(
      /put aside: chunk \d+ the chunk fails its CRC-32C\n(.*\n)*lost: \d+ samples of line\/a from 1970/,
    )
    expect(asked).toContain('nothing was changed')
    expect(files()).toEqual(['journal'])
  })

  it('leaves a sound store, and the damaged one beside it', async () => {
    const state = await stopped('damaged')
    const before = await historyOf(state)
    for (const kind of [0, 2, 3, 8]) await damage(state, kind)
    await expect(printedBy(verifyCommand, '--state', state.path)).rejects.toMatchObject({
      code: expect.stringMatching(/GENBA_JOURNAL_DAMAGED|GENBA_JOURNAL_FOREIGN|GENBA_STORE_DAMAGED/),
    })
    const report = JSON.parse(await printedBy(repairCommand, '--state', state.path, '--json'))
    expect(report).toMatchObject({ v: 1, quarantinedCount: 1, kept: `${state.historianStore}.damaged-1` })
    expect(JSON.parse(await printedBy(verifyCommand, '--state', state.path, '--json'))).toMatchObject({
      ok: true,
      quarantined: 1,
    })
    const after = await historyOf(state)
    expect(before).toEqual(expect.arrayContaining(after))
    // One chunk of at most this many samples was put aside.
    expect(before.length - after.length).toBeGreaterThan(0)
    expect(before.length - after.length).toBeLessThanOrEqual(50)
    expect(readdirSync(dirname(state.historianStore)).sort()).toEqual(['journal', 'journal.damaged-1'])
  })

  it('opens what LevelDB does not open', async () => {
    const state = await stopped('unreadable')
    const before = await historyOf(state)
    writeFileSync(join(state.historianStore, 'CURRENT'), 'MANIFEST-999999\n')
    await expect(historyOf(state)).rejects.toMatchObject({ code: 'GENBA_STORE_CORRUPT' })
    const report = JSON.parse(await printedBy(repairCommand, '--state', state.path, '--json'))
    expect(report).toMatchObject({ isEngineRepaired: true, quarantinedCount: 0, proof: { isProven: true } })
    expect(await historyOf(state)).toEqual(before)
  })

  it('leaves the store of a running gateway alone', async () => {
    const state = await stopped('running')
    const store = await openLevelStore(state.historianStore)
    await expect(backup(path('running.backup'), state)).rejects.toMatchObject({
      code: 'GENBA_GATEWAY_RUNNING',
    })
    await store.close()
  })
})
