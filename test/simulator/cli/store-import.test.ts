import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { gatewayFiles } from '../../../shared/greengrass/files.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import { storeCommand } from '../../../simulator/cli/commands/store.ts'
import { askGateway } from '../../../simulator/cli/control-client.ts'
import { listenForControl } from '../../../simulator/cli/control-server.ts'
import { importCsv } from '../../../simulator/cli/store/import.ts'
import { withOwnState } from '../../../simulator/cli/store/owner.ts'
import { sealStore } from '../../../simulator/cli/store/seal.ts'
import { createContext, printedBy } from './command-world.ts'
import { inOrder, machineLog, storeWorld } from './store-world.ts'

/** Files go into the stores of gateways that do not run, and are read back by what `genba history` reads with. */
const world = storeWorld()
const { folder, importFile, samplesOf, stateOf, withJournal } = world
afterAll(folder.remove)

const ROWS = 4000

describe('importing a file', () => {
  it('brings back every time and value, bit for bit and in order', async () => {
    const { text, samples, brokenLines } = machineLog(ROWS, 'hall/press')
    const file = folder.write('press.csv', text)
    const report = await importFile('exact', file, '--prefix', 'hall/press')
    expect(report).toMatchObject({
      v: 1,
      producer: 'genba.Import/press.csv',
      rows: ROWS,
      rejected: brokenLines.length,
      rejectedLines: brokenLines,
      samples: samples.length,
      stored: samples.length,
      duplicates: 0,
    })
    expect(report.bytes.file).toBe(Buffer.byteLength(text))
    expect(report.samplesPerSecond).toBeGreaterThan(0)
    expect(await samplesOf('exact')).toEqual(inOrder(samples))
    const { byLevel } = await world.stats('exact')
    expect([byLevel.journal.samples, byLevel.chunks.samples]).toEqual([0, samples.length])
  })

  it('adds nothing when it comes again', async () => {
    const { text, samples, brokenLines } = machineLog(ROWS, 'twice')
    const file = folder.write('twice.csv', text)
    await importFile('twice', file)
    const before = await samplesOf('twice')
    const lsnBefore = await withJournal('twice', async ({ headLsn }) => headLsn)
    const again = await importFile('twice', file)
    expect(again).toMatchObject({
      rows: ROWS,
      stored: 0,
      duplicates: samples.length,
      samples: samples.length,
      rejected: brokenLines.length,
    })
    expect(again.rejectedLines).toEqual(brokenLines.map(({ line }) => ({ line, reason: null })))
    expect(await samplesOf('twice')).toEqual(before)
    expect(await withJournal('twice', async ({ headLsn }) => headLsn)).toBe(lsnBefore)
  })

  it('reads on in a file that has grown', async () => {
    const { text, samples } = machineLog(1000, 'grown')
    const cut = text.indexOf('\n', text.length / 2) + 1
    const file = folder.write('grown.csv', text.slice(0, cut))
    const first = await importFile('grown', file)
    appendFileSync(file, text.slice(cut))
    const second = await importFile('grown', file)
    expect(first.stored + second.stored).toBe(samples.length)
    expect(second).toMatchObject({ rows: 1000, duplicates: first.stored })
    expect(await samplesOf('grown')).toEqual(inOrder(samples))
  })

  it('puts two files into one store', async () => {
    const one = machineLog(500, 'one', 7)
    const two = machineLog(700, 'two', 8)
    await importFile('both', folder.write('one.csv', one.text))
    expect(await importFile('both', folder.write('two.csv', two.text))).toMatchObject({ duplicates: 0 })
    expect(await samplesOf('both')).toEqual(inOrder([...one.samples, ...two.samples]))
  })

  it('takes the columns, the delimiter and the order of dates that it is told', async () => {
    const file = folder.write('told.csv', 'Tag;a;b\n03.04.2026 00:00;1,5;2\n04.04.2026 00:00;2,5;3\n')
    const options = ['--column', 'a', '--delimiter', ';', '--date-order', 'mdy', '--time-column', '1']
    expect(await importFile('told', file, ...options)).toMatchObject({ stored: 2 })
    const times = (await samplesOf('told')).map(({ tag, timeUs }) => [
      tag,
      new Date(timeUs / 1000).getMonth(),
    ])
    expect(times).toEqual([
      ['told/a', 2],
      ['told/a', 3],
    ])
  })

  it('prints a page for people, rejected lines with their reasons', async () => {
    const rows = ['1', 'x', '2', '3'].map((value, second) => `2026-01-01T00:00:0${second}Z,${value}`)
    const file = folder.write('page.csv', ['time,a', ...rows, ''].join('\n'))
    const page = await printedBy(storeCommand, 'import', file, '--state', stateOf('page').path)
    expect(
      page.replace(/[\d.]+ s, \d+ samples\/s|\d+ B|[\d.]+ kB/g, '…').replace(folder.path, 'DIR'),
    ).toMatchInlineSnapshot(`
      "rows       3 read with 3 samples, 1 rejected
      rejected   line 3: "x" is no number for page/a
      samples    3 stored, 0 duplicates of an earlier import
      took       …
      bytes      … of CSV; the whole store takes …
      state      DIR/page
      "
    `)
  })
})

describe('an import that is cut off', () => {
  const { text, samples } = machineLog(ROWS, 'cut')
  const path = folder.write('cut.csv', text)
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const clock = { wallUs: () => 1_768_000_000_000_000, monotonicMs: () => 0 }
  const file = { path, tagPrefix: 'cut', leadUs: 86_400_000_000, frameBytesMax: 6000 }

  const run = (journal: Pick<Journal, 'append' | 'producer'>) =>
    importCsv({
      journal,
      producer: 'genba.Import/cut.csv',
      file,
      files: gatewayFiles,
      log,
      clock,
      batchFrames: 1,
      onProgress: () => {},
    })

  /** A journal that ends with the process at one of its writes: before it, or just after it is durable. */
  const dyingAt = (
    journal: Journal,
    at: number,
    isDurable: boolean,
  ): Pick<Journal, 'append' | 'producer'> => {
    let writes = 0
    return {
      producer: (name) => journal.producer(name),
      append: async (frames) => {
        writes += 1
        if (writes < at) return journal.append(frames)
        if (isDurable) await journal.append(frames)
        throw new Error('the process was killed')
      },
    }
  }

  it.each([
    ['before its first write', 1, false],
    ['between two writes', 4, false],
    ['when a write was durable and nobody knew', 4, true],
  ])('%s, stores each row once in the end', async (name, at, isDurable) => {
    await expect(withJournal(name, (journal) => run(dyingAt(journal, at, isDurable)))).rejects.toThrow(
      'killed',
    )
    const held = await withJournal(name, async (journal) => journal.totals.samples)
    expect(held > 0).toBe(at > 1)
    expect(held).toBeLessThan(samples.length)
    const again = await withJournal(name, (journal) => run(journal))
    expect(again).toMatchObject({ rows: ROWS, duplicates: held, stored: samples.length - held })
    expect(await samplesOf(name)).toEqual(inOrder(samples))
  })

  it('goes on by the command, over sealed samples too, as often as it dies', async () => {
    const name = 'often'
    for (let stored = -1; ; ) {
      const isDone = await withJournal(name, async (journal) => {
        try {
          await run(dyingAt(journal, 3, false))
          return true
        } catch {
          return false
        } finally {
          await sealStore(journal, () => {})
          expect(journal.totals.samples).toBeGreaterThan(stored)
          stored = journal.totals.samples
        }
      })
      if (isDone) break
    }
    expect(await importFile('often', path)).toMatchObject({ stored: 0, duplicates: samples.length })
    expect(await samplesOf('often')).toEqual(inOrder(samples))
  })
})

describe('what an import refuses', () => {
  const refuse = (name: string, file: string, ...args: readonly string[]) =>
    expect(importFile(name, file, ...args)).rejects

  it('a file that has changed since, by its beginning or its length', async () => {
    const file = folder.write('changed.csv', machineLog(300, 'changed').text)
    await importFile('changed', file)
    const before = await samplesOf('changed')
    writeFileSync(file, machineLog(300, 'changed', 2).text)
    await refuse('changed', file).toMatchObject({ code: 'GENBA_CSV_CHANGED' })
    writeFileSync(file, machineLog(100, 'changed').text)
    await refuse('changed', file).toMatchObject({ code: 'GENBA_CSV_CHANGED' })
    expect(await samplesOf('changed')).toEqual(before)
  })

  it('the same file under other tags', async () => {
    const file = folder.write('other.csv', machineLog(300, 'other').text)
    await importFile('other', file, '--column', 'flow')
    await refuse('other', file).toMatchObject({ code: 'GENBA_CSV_OPTIONS' })
    await refuse('other', file, '--column', 'flow', '--prefix', 'x').toMatchObject({
      code: 'GENBA_CSV_OPTIONS',
    })
    expect(await importFile('other', file, '--column', 'flow')).toMatchObject({ stored: 0 })
  })

  it('a running gateway, saying what to do instead', async () => {
    const file = folder.write('running.csv', machineLog(10, 'running').text)
    const state = stateOf('running')
    mkdirSync(state.path, { recursive: true })
    const gateway = await listenForControl(state.path)
    try {
      await refuse('running', file).toMatchObject({
        code: 'GENBA_GATEWAY_RUNNING',
        issues: [{ mend: expect.stringMatching(/genba stop --state .*source of type csv/) }],
      })
    } finally {
      await gateway.close()
    }
    expect(await importFile('running', file)).toMatchObject({ rows: 10 })
  })

  it('a question that a gateway would answer, while it lasts', async () => {
    const state = stateOf('asked')
    await withOwnState(state, 'a file is being imported', async () => {
      for (const [method, path] of [
        ['GET', '/status'],
        ['POST', '/fault/kill'],
      ] as const) {
        await expect(askGateway(state, method, path)).rejects.toMatchObject({
          code: 'GENBA_GATEWAY_BUSY',
          issues: [{ mend: 'ask again when it has ended' }],
        })
      }
    })
  })

  it('what a file lacks by the options of the command, not by those of a source', async () => {
    const refuseText = (text: string, ...args: readonly string[]) =>
      refuse('mends', folder.write('mends.csv', text), ...args)
    const mend = (pattern: RegExp) => ({ issues: [{ mend: expect.stringMatching(pattern) }] })
    await refuseText('a,b\n1,2\n').toMatchObject(mend(/--time-column .* --delimiter/))
    const rows = 'time,a\n2026-01-01T00:00:00Z,1\n'
    await refuseText(rows, '--column', 'b').toMatchObject(mend(/^correct --column,/))
  })

  it('files and options that cannot be, before anything is made', async () => {
    const good = folder.write('good.csv', machineLog(10, 'good').text)
    const bad = folder.write('bad.csv', 'a,b\n1,2\n')
    await refuse('none', join(folder.path, 'nowhere.csv')).toMatchObject({ code: 'GENBA_INPUT_UNREADABLE' })
    await refuse('none', folder.path).toMatchObject({ code: 'GENBA_INPUT_UNREADABLE' })
    await refuse('none', bad).toMatchObject({ code: 'GENBA_CSV_NO_TIME' })
    await refuse('none', folder.write('empty.csv', '')).toMatchObject({ code: 'GENBA_CSV_EMPTY' })
    await refuse('none', good, '--column', 'nothing').toMatchObject({ code: 'GENBA_CSV_COLUMN' })
    await refuse('none', good, '--prefix', 'a/#').toMatchObject({ code: 'GENBA_USAGE' })
    await refuse('none', good, '--delimiter', '::').toMatchObject({ code: 'GENBA_USAGE' })
    await refuse('none', good, '--lead', 'long').toMatchObject({ code: 'GENBA_USAGE' })
    const long = folder.write(`${'x'.repeat(120)}.csv`, machineLog(10, 'long').text)
    await refuse('none', long).toMatchObject({ code: 'GENBA_USAGE' })
    expect(world.isThere('none')).toBe(false)
    await refuse('good.csv', good).toMatchObject({ code: 'GENBA_USAGE' })
  })

  it('says on stderr what it had to guess', async () => {
    const { context, notes } = createContext()
    const file = folder.write('guess.csv', 'date,a\n03/04/2026,1\n03/04/2026,2\n')
    const args = ['import', file, '--state', stateOf('guess').path]
    await storeCommand(context).parseAsync(args, { from: 'user' })
    expect(notes).toEqual([expect.stringContaining('set --date-order if')])
  })
})
