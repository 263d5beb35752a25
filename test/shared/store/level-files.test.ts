import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkLevelFiles } from '../../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folders: ReturnType<typeof temporaryFolder>[] = []
afterAll(() => {
  for (const folder of folders) folder.remove()
})

/** A closed store with a table and a log. */
async function closed(): Promise<string> {
  const folder = temporaryFolder()
  folders.push(folder)
  for (const life of [1, 2]) {
    const store = await openLevelStore(folder.path)
    for (let i = 0; i < 30; i += 1) {
      const put = { type: 'put' as const, key: Uint8Array.of(life, i), value: new Uint8Array(900).fill(i) }
      await store.batch([put], { sync: true })
    }
    await store.close()
  }
  return folder.path
}

const fileIn = (directory: string, end: string) =>
  readdirSync(directory).find((file) => file.endsWith(end)) ?? ''

describe('the files of a closed store', () => {
  it('are as they were written, also where the death of a process has cut them', async () => {
    const directory = await closed()
    expect(await checkLevelFiles(directory)).toEqual([])
    const log = join(directory, fileIn(directory, '.log'))
    truncateSync(log, readFileSync(log).length - 100)
    writeFileSync(join(directory, '000999.ldb'), 'a table whose writer died')
    expect(await checkLevelFiles(directory)).toEqual([])
  })

  it('are named when they are damaged, and a damaged log is still told of after it was opened', async () => {
    const directory = await closed()
    const log = fileIn(directory, '.log')
    const bytes = readFileSync(join(directory, log))
    bytes[20_000] = (bytes[20_000] ?? 0) ^ 8
    writeFileSync(join(directory, log), bytes)
    const [problem] = await checkLevelFiles(directory)
    expect(problem).toMatchObject({ file: log, what: expect.stringMatching(/^has a damaged record at byte/) })
    const told: unknown[] = []
    await (await openLevelStore(directory, (each) => told.push(each))).close()
    expect(told).toEqual([problem])
    expect(await checkLevelFiles(directory)).toMatchObject([{ file: `${log}.damaged` }])
  })

  it('are not taken for a new store when the first of them is missing', async () => {
    const directory = await closed()
    const before = readdirSync(directory)
    rmSync(join(directory, 'CURRENT'))
    await expect(openLevelStore(directory)).rejects.toMatchObject({ code: 'GENBA_STORE_CORRUPT' })
    expect(readdirSync(directory)).toEqual(before.filter((file) => file !== 'CURRENT'))
    expect(await checkLevelFiles(directory)).toMatchObject([{ file: 'CURRENT', what: 'is missing' }])
  })
})
