import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, it } from 'vitest'
import type { Journal } from '../../../shared/journal/journal.ts'
import { historyCommand } from '../../../simulator/cli/commands/history.ts'
import { importParquet, type ParquetOptions } from '../../../simulator/cli/parquet/import.ts'
import { column, type Point, producerOf } from '../../shared/journal/frames.ts'
import { printedBy } from './command-world.ts'
import { inOrder, machineLog, storeWorld } from './store-world.ts'

const world = storeWorld()
const { folder, importFile, samplesOf, stateOf } = world
afterAll(folder.remove)

const ROWS = 3000

/** A store with a machine's log and whatever is hard to write, exported; gives the file. */
async function exported(name: string): Promise<string> {
  const { text } = machineLog(ROWS, 'press')
  await importFile(name, folder.write(`${name}.csv`, text), '--prefix', 'press')
  const hard = [Number.NaN, -0, 0, Infinity, -Infinity, 5e-324, -2.2250738585072014e-308, 0.1 + 0.2, 2 ** 60]
  const points = hard.map((value, at): Point => [at - 3, value, (at % 3) | (at === 5 ? 12 : 0)])
  const producer = producerOf('genba.Collector/hard')
  const columns = [
    column('press/hard', points),
    column('press/text', [
      [1, '\ufeffmark'],
      [2, ''],
      [3, '日本 "x"'],
    ]),
  ]
  await world.withJournal(name, (journal) => journal.append([producer.samples(columns)]))
  const file = join(folder.path, `${name}.parquet`)
  await printedBy(historyCommand, '--state', stateOf(name).path, '--format', 'parquet', '--out', file)
  return file
}

const rowsOf = (name: string): Promise<string> =>
  printedBy(historyCommand, '--state', stateOf(name).path, '--json')

function written(name: string, columnData: ColumnSource[]): string {
  const file = join(folder.path, name)
  writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData })))
  return file
}

describe('Parquet, there and back', () => {
  it('gives every sample, bit for bit, with its quality and flags', async () => {
    const file = await exported('there')
    const report = await importFile('back', file)
    expect(await samplesOf('back')).toEqual(await samplesOf('there'))
    expect(await rowsOf('back')).toBe(await rowsOf('there'))
    expect(report).toMatchObject({ rejected: 0, duplicates: 0, samples: (await samplesOf('there')).length })
    const again = await importFile('back', file)
    expect(again).toMatchObject({ stored: 0, duplicates: report.samples, rows: report.rows })
    expect(await rowsOf('back')).toBe(await rowsOf('there'))
  })

  it('stores each row once, however often it dies', async () => {
    const file = await exported('deaths')
    const expected = await samplesOf('deaths')
    const options: ParquetOptions = { path: file, prefix: undefined, defaultPrefix: 'x', frameBytesMax: 6000 }
    let runs = 0
    for (let isDone = false; !isDone; runs += 1) {
      await world.withJournal('again', async (journal) => {
        let left = 3
        const mortal: Pick<Journal, 'append' | 'producer'> = {
          producer: (name) => journal.producer(name),
          append: async (frames) => {
            left -= 1
            if (left === 0) await journal.append(frames)
            if (left <= 0) throw new Error('killed')
            return journal.append(frames)
          },
        }
        const clock = { wallUs: () => 0, monotonicMs: () => 0 }
        const parts = { journal: mortal, producer: 'p', options, clock, batchFrames: 4, onProgress: () => {} }
        isDone = await importParquet(parts).then(
          () => true,
          () => false,
        )
      })
    }
    expect(runs).toBeGreaterThan(2)
    expect(await samplesOf('again')).toEqual(expected)
  })
})

describe('a Parquet file of others', () => {
  it('has a tag for each column when no column names tags', async () => {
    const file = written('wide.parquet', [
      { name: 'when', data: [new Date(1000), new Date(2000), new Date(3000)], type: 'TIMESTAMP' },
      { name: 'speed', data: [1.5, null, 2 ** 53], type: 'DOUBLE' },
      { name: 'count', data: [7n, 2n ** 60n + 1n, 9n], type: 'INT64' },
      { name: 'run+ning', data: [true, false, null], type: 'BOOLEAN' },
    ])
    const report = await importFile('wide', file, '--prefix', 'mill')
    expect(report).toMatchObject({ rows: 3, rejected: 1, rejectedLines: [{ line: 2 }], samples: 5 })
    expect(await rowsOf('wide')).toMatchInlineSnapshot(`
      "{"time":"1970-01-01T00:00:01.000Z","tag":"mill/count","value":7,"quality":"good"}
      {"time":"1970-01-01T00:00:03.000Z","tag":"mill/count","value":9,"quality":"good"}
      {"time":"1970-01-01T00:00:01.000Z","tag":"mill/run_ning","value":true,"quality":"good"}
      {"time":"1970-01-01T00:00:01.000Z","tag":"mill/speed","value":1.5,"quality":"good"}
      {"time":"1970-01-01T00:00:03.000Z","tag":"mill/speed","value":9007199254740992,"quality":"good"}
      "
    `)
  })

  it('is read by the columns that are named', async () => {
    const file = written('named.parquet', [
      { name: 'at', data: ['2026-01-01T00:00:00Z', 'soon'], type: 'STRING' },
      { name: 'sensor', data: ['a/b', 'a/c'], type: 'STRING' },
      { name: 'reading', data: [1, 2], type: 'DOUBLE' },
    ])
    const named = ['--time-column', 'at', '--tag-column', 'sensor']
    const report = await importFile('named', file, ...named)
    expect(report.rejectedLines).toEqual([{ line: 2, reason: '"soon" is no time' }])
    expect((await samplesOf('named')).map(({ tag }) => tag)).toEqual(['a/b'])
    await expect(importFile('named', file, ...named, '--prefix', 'x')).rejects.toMatchObject({
      code: 'GENBA_FILE_INVALID',
      message: 'the file was read before with other options',
    })
  })

  it('is refused with the place where something is wrong', async () => {
    const file = written('bad.parquet', [
      { name: 'time', data: [new Date(0)], type: 'TIMESTAMP' },
      { name: 'value', data: [1], type: 'DOUBLE' },
    ])
    await expect(importFile('bad', file, '--column', 'other')).rejects.toMatchObject({
      issues: [{ where: file, expected: 'one of value', received: 'other' }],
    })
    await expect(importFile('bad', folder.write('text.parquet', 'a,b\n1,2\n'))).rejects.toMatchObject({
      code: 'GENBA_FILE_INVALID',
      message: 'the file is no Parquet file, or was cut',
    })
    expect(world.isThere('bad')).toBe(false)
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'time', data: [new Date(0), new Date(1)], type: 'TIMESTAMP' },
          {
            name: 'value',
            data: ['x'.repeat(90), 'y'.repeat(90)],
            type: 'STRING',
            encoding: 'PLAIN',
            codec: 'UNCOMPRESSED',
          },
        ],
      }),
    )
    bytes[bytes.indexOf(0x78, 20) + 5] = 0xff
    writeFileSync(join(folder.path, 'damaged.parquet'), bytes)
    await expect(importFile('bad', join(folder.path, 'damaged.parquet'))).rejects.toMatchObject({
      issues: [{ where: expect.stringMatching(/damaged.parquet, row group 1, column value$/) }],
    })
  })
})

it('a machine log keeps its order through Parquet', async () => {
  const { samples } = machineLog(ROWS, 'press')
  const stored = (await samplesOf('there')).filter(({ tag }) => !/hard|text/.test(tag))
  expect(stored).toEqual(inOrder(samples))
})
