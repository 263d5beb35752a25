import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openJournal } from '../../../shared/journal/open.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { verifyCommand } from '../../../simulator/cli/commands/verify.ts'
import { stateDirectory } from '../../../simulator/cli/state-directory.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createContext, printedBy } from './command-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

/** A stopped gateway with twelve frames, of which nine are sealed. */
async function stopped(name: string) {
  const state = stateDirectory(join(folder.path, name))
  mkdirSync(state.greengrass, { recursive: true })
  mkdirSync(dirname(state.historianStore), { recursive: true })
  const journal = await openJournal(await openLevelStore(state.historianStore))
  const producer = producerOf('p')
  for (let i = 0; i < 12; i += 1) {
    await journal.append([producer.samples([column('line1/a', [[i * 1_000_000, i / 8]])])])
  }
  await journal.seal(9)
  await journal.close()
  return state
}

const verify = (path: string, ...args: readonly string[]) =>
  printedBy(verifyCommand, '--state', path, ...args)

describe('genba verify', () => {
  it('says what it has seen when nothing is wrong', async () => {
    const { path } = await stopped('sound')
    expect(await verify(path)).toMatch(
      /^12 samples in 3 frames of the log and 1 chunk\n13 leaves, root [0-9a-f]{64}\nnothing is wrong\n$/,
    )
    expect(JSON.parse(await verify(path, '--json'))).toMatchObject({
      v: 1,
      ok: true,
      samples: 12,
      leaves: 13,
      problems: [],
    })
  })

  it('names what is not as it came, and fails', async () => {
    const { path, historianStore } = await stopped('changed')
    const store = await openLevelStore(historianStore)
    const [entry] = await store.page(
      { gte: Uint8Array.of(8), lt: Uint8Array.of(9) },
      { maxEntries: 1, maxBytes: 1 },
    )
    if (entry === undefined) throw new Error('there is no chunk')
    const value = Uint8Array.from(entry.value)
    value[20] = (value[20] ?? 0) ^ 4
    await store.batch([{ type: 'put', key: entry.key, value }], { sync: true })
    await store.close()
    const { context, printed } = createContext()
    const run = verifyCommand(context)
      .exitOverride()
      .parseAsync(['--state', path, '--json'], { from: 'user' })
    await expect(run).rejects.toMatchObject({ code: 'GENBA_STORE_DAMAGED' })
    const report = JSON.parse(printed.join(''))
    expect(report.ok).toBe(false)
    expect(report.problems).toContainEqual({
      where: 'chunk 12',
      what: 'is not what leaf 12 of the proof log says it was',
    })
    expect(report.problems).toContainEqual({ where: 'chunk 12', what: 'the chunk fails its CRC-32C' })
  })

  it('leaves the store of a running gateway alone', async () => {
    const { path, historianStore } = await stopped('running')
    const store = await openLevelStore(historianStore)
    await expect(verify(path)).rejects.toMatchObject({ code: 'GENBA_GATEWAY_RUNNING' })
    await store.close()
  })

  it('of a gateway that has stored nothing says so', async () => {
    const state = stateDirectory(join(folder.path, 'empty'))
    mkdirSync(state.greengrass, { recursive: true })
    await expect(verify(state.path)).rejects.toMatchObject({ code: 'GENBA_STATE_MISSING' })
  })
})
