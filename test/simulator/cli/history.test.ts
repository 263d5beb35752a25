import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { historyCommand } from '../../../simulator/cli/commands/history.ts'
import { statsCommand } from '../../../simulator/cli/commands/stats.ts'
import { tagsCommand } from '../../../simulator/cli/commands/tags.ts'
import { createRoutes } from '../../../simulator/cli/control-routes.ts'
import { listenForControl } from '../../../simulator/cli/control-server.ts'
import { journalSource } from '../../../simulator/cli/history/source.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { printedBy } from './command-world.ts'
import { bitsOf, storeWorld } from './store-world.ts'

const world = storeWorld()
const { folder, stateOf } = world
afterAll(folder.remove)

const SECOND_US = 1_000_000
const state = stateOf('hall')

beforeAll(async () => {
  const producer = producerOf('genba.Collector/hall')
  const numbers = Array.from({ length: 1000 }, (_, s) => [s * SECOND_US, (s % 10) / 10] as const)
  const late = numbers.map(([timeUs, value]) => [timeUs + 2_000 * SECOND_US, value] as const)
  await world.withJournal('hall', async (journal) => {
    await journal.append([producer.samples([column('hall/flow', numbers)])])
    await journal.append([producer.samples([column('hall/flow', late)])])
    while (await journal.seal(journal.headLsn)) {
      // As many runs as it takes.
    }
    await journal.append([
      producer.samples([
        column('hall/odd', [
          [1, Number.NaN],
          [2, -0, Quality.uncertain],
          [3, Number.NEGATIVE_INFINITY, Quality.bad],
          [4, 5e-324, Quality.uncertain | Quality.gapBefore],
          [5, 2 ** 53, Quality.quarantined],
        ]),
        column('hall/state', [[7, 'say "hi", ok']]),
        column('hall/open', [[8, true]]),
      ]),
    ])
  })
})

const history = (...args: string[]) => printedBy(historyCommand, '--state', state.path, ...args)

describe('genba history', () => {
  it('gives samples of a quality alone', async () => {
    expect(await history('--tag', 'hall/odd', '--quality', 'uncertain', '--quality', 'bad')).toBe(
      [
        'time,tag,value,quality',
        '1970-01-01T00:00:00.000002Z,hall/odd,-0,uncertain',
        '1970-01-01T00:00:00.000003Z,hall/odd,-Infinity,bad',
        '1970-01-01T00:00:00.000004Z,hall/odd,5e-324,uncertain\n',
      ].join('\n'),
    )
  })

  it('gives a row a tag and cell', async () => {
    const rows = await history('--tag', 'hall/flow', '--resolution', '10m', '--to', '1970-01-01T00:30Z')
    expect(rows).toMatchInlineSnapshot(`
      "time,tag,count,min,max,mean,first,last
      1970-01-01T00:00:00.000Z,hall/flow,600,0,0.9,0.45,0,0.9
      1970-01-01T00:10:00.000Z,hall/flow,400,0,0.9,0.45,0,0.9
      "
    `)
  })

  it('gives points for a display', async () => {
    const rows = (await history('--tag', 'hall/flow', '--points', '40', '--json')).trim().split('\n')
    expect(rows.length).toBeGreaterThan(8)
    expect(rows.length).toBeLessThanOrEqual(40)
    expect(JSON.parse(rows[0] ?? '')).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      tag: 'hall/flow',
      value: 0,
    })
    const fewer = (await history('--tag', 'hall/flow', '--points', '10', '--method', 'lttb'))
      .trim()
      .split('\n')
    expect(fewer).toHaveLength(11)
  })

  it('gives the newest sample of each tag', async () => {
    expect(await history('--last')).toMatchInlineSnapshot(`
      "time,tag,value,quality
      1970-01-01T00:49:59.000Z,hall/flow,0.9,good
      1970-01-01T00:00:00.000004Z,hall/odd,5e-324,uncertain
      1970-01-01T00:00:00.000008Z,hall/open,true,good
      1970-01-01T00:00:00.000007Z,hall/state,"say ""hi"", ok",good
      "
    `)
  })

  it('gives gaps, also at the ends that are asked for', async () => {
    expect(
      await history('--tag', 'hall/flow', '--gaps', '10s', '--to', '1970-01-01T01:00Z'),
    ).toMatchInlineSnapshot(`
      "tag,from,to,seconds
      hall/flow,1970-01-01T00:16:39.000Z,1970-01-01T00:33:20.000Z,1001
      hall/flow,1970-01-01T00:49:59.000Z,1970-01-01T01:00:00.000Z,601
      "
    `)
  })

  it('writes Parquet that gives back every bit', async () => {
    const path = join(folder.path, 'hall.parquet')
    expect(await history('--format', 'parquet', '--out', path)).toBe('')
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) })
    expect(rows).toHaveLength(2007)
    const odd = rows.filter(({ tag }) => tag === 'hall/odd')
    expect(odd.map(({ value }) => bitsOf(Number(value)))).toEqual(
      [Number.NaN, -0, Number.NEGATIVE_INFINITY, 5e-324, 2 ** 53].map(bitsOf),
    )
    expect(odd.map(({ quality, gap_before, quarantined }) => [quality, gap_before, quarantined])).toEqual([
      ['good', false, false],
      ['uncertain', false, false],
      ['bad', false, false],
      ['uncertain', true, false],
      ['good', false, true],
    ])
    expect(
      rows.filter(({ value }) => value === null).map((row) => [row['value_boolean'], row['value_text']]),
    ).toEqual([
      [true, null],
      [null, 'say "hi", ok'],
    ])
  })

  it.each([
    [['--points', '100', '--last'], 'ask for different things'],
    [['--method', 'lttb'], 'none are asked for'],
    [['--points', '7'], 'a value that cannot be'],
    [['--quality', 'fine'], 'a value that cannot be'],
    [['--gaps', '0s'], 'a value that cannot be'],
    [['--format', 'parquet'], 'Parquet goes to a file'],
    [['--format', 'parquet', '--out', 'x', '--last', '--gaps', '1s'], 'ask for different things'],
    [['--format', 'parquet', '--out', 'x', '--gaps', '1s'], 'only samples are written'],
  ])('refuses %j', async (args, message) => {
    await expect(history(...args)).rejects.toMatchObject({
      code: 'GENBA_USAGE',
      message: expect.stringContaining(message),
    })
  })

  it('leaves no half file behind, and says what was wrong', async () => {
    const out = join(folder.path, 'missing', 'x.csv')
    await expect(history('--out', out)).rejects.toMatchObject({ code: 'GENBA_FILE_UNWRITABLE' })
    await expect(history('--tag', 'a#', '--out', join(folder.path, 'y.csv'))).rejects.toMatchObject({
      code: 'GENBA_TAG_FILTER',
    })
    expect(readdirSync(folder.path).filter((name) => name.startsWith('y.csv'))).toEqual([])
  })
})

describe('genba stats and genba tags', () => {
  it('are tables for people', async () => {
    const path = ['--state', state.path]
    expect(
      await printedBy(statsCommand, ...path, '--tag', 'hall/+', '--every-sample'),
    ).toMatchInlineSnapshot(`
      "tag         count  bad  mean  min  max     first  last    from                         to                           uncertain  std
      hall/flow   2,000  0    0.45  0    0.9     0      0.9     1970-01-01T00:00:00.000Z     1970-01-01T00:49:59.000Z     0          0.287228
      hall/odd    2      2    0     0    5e-324  0      5e-324  1970-01-01T00:00:00.000002Z  1970-01-01T00:00:00.000004Z  2          0
      hall/open   1      0    1     1    1       1      1       1970-01-01T00:00:00.000008Z  1970-01-01T00:00:00.000008Z  0          0
      hall/state  0      0                                                                                                0
      "
    `)
    expect(await printedBy(tagsCommand, 'hall/+', ...path)).toMatchInlineSnapshot(`
      "tag         samples  first                        last                         producers
      hall/flow   2,000    1970-01-01T00:00:00.000Z     1970-01-01T00:49:59.000Z     genba.Collector/hall
      hall/odd    5        1970-01-01T00:00:00.000001Z  1970-01-01T00:00:00.000005Z  genba.Collector/hall
      hall/open   1        1970-01-01T00:00:00.000008Z  1970-01-01T00:00:00.000008Z  genba.Collector/hall
      hall/state  1        1970-01-01T00:00:00.000007Z  1970-01-01T00:00:00.000007Z  genba.Collector/hall
      "
    `)
  })
})

describe('a running gateway', () => {
  it('answers as its store does', async () => {
    const path = ['--state', state.path]
    const asked = [
      () => history('--json'),
      () => history('--resolution', '1m'),
      () => history('--points', '100', '--method', 'lttb'),
      () => history('--last'),
      () => history('--gaps', '5s'),
      () => history('--quality', 'bad'),
      () => printedBy(statsCommand, ...path, '--json'),
      () => printedBy(tagsCommand, ...path),
      async () => {
        await history('--format', 'parquet', '--out', join(folder.path, 'same.parquet'))
        return String((await asyncBufferFromFile(join(folder.path, 'same.parquet'))).byteLength)
      },
    ]
    const stopped: string[] = []
    for (const ask of asked) stopped.push(await ask())
    await world.withJournal('hall', async (journal) => {
      const control = await listenForControl(state.path)
      const law = { ask: async () => ({}) }
      const gateway: Partial<Parameters<typeof createRoutes>[0]> = { history: journalSource(journal), law }
      control.serve(
        createRoutes(
          gateway as Parameters<typeof createRoutes>[0],
          { version: '', dist: '', recipes: '' },
          () => {},
        ),
      )
      try {
        for (const [at, ask] of asked.entries()) expect(await ask()).toBe(stopped[at])
        await expect(history('--tag', 'a#')).rejects.toMatchObject({ code: 'GENBA_TAG_FILTER' })
      } finally {
        await control.close()
      }
    })
  })
})
