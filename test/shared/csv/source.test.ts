import { describe, expect, it } from 'vitest'
import type { Files, Log } from '../../../shared/component/host.ts'
import { type CsvOptions, createCsvSource } from '../../../shared/csv/source.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import type { SourceBatch } from '../../../shared/source/source.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { contextOf, filesOf, readFor, START_US } from '../source/source-contract.ts'

const PATH = 'line.csv'
const options = (more: Partial<CsvOptions> = {}): CsvOptions => ({
  path: PATH,
  tagPrefix: 'line',
  speed: 'max',
  outOfOrderUs: 0,
  leadUs: 86_400_000_000,
  frameBytesMax: 6000,
  ...more,
})

async function readAll(
  content: string | Uint8Array,
  more: Partial<CsvOptions> & { resumeAfter?: string; files?: Files } = {},
) {
  const logged: { fields: Record<string, unknown>; message: string }[] = []
  const write = (fields: Record<string, unknown>, message: string) => void logged.push({ fields, message })
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const { resumeAfter = '', files = filesOf({ [PATH]: content }), ...csv } = more
  const clock = createVirtualClock({ wallUs: START_US })
  const batches: SourceBatch[] = []
  for await (const batch of createCsvSource(options(csv)).read(
    contextOf(clock, { files, log, resumeAfter }),
  )) {
    batches.push(batch)
  }
  const refused = logged.filter(({ message }) => message === 'a line was refused')
  return { batches, logged, refused: refused.map(({ fields }) => [fields['line'], fields['reason']]) }
}

const samplesOf = (batches: readonly SourceBatch[]) =>
  batches.flatMap(({ columns }) =>
    columns.flatMap(({ tag, timesUs, quality, data }) =>
      [...timesUs].map((timeUs, index) => ({
        tag,
        time: new Date(timeUs / 1000).toISOString().slice(0, 19),
        value: data.values[index],
        quality: quality[index],
      })),
    ),
  )
const valuesOf = (batches: readonly SourceBatch[]) => samplesOf(batches).map(({ value }) => value)
const rows = (count: number, line: (index: number, time: string) => string) =>
  Array.from({ length: count }, (_, index) =>
    line(index, new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().slice(0, 19).replace('T', ' ')),
  ).join('\n')

describe('reading a CSV file', () => {
  it.each([
    ['commas', 'timestamp,value\n2026-01-01 00:00:00,1.5\n2026-01-01 00:01:00,2.5\n'],
    ['semicolons and decimal commas', 'Zeit;Wert\n01.01.2026 00:00:00;1,5\n01.01.2026 00:01:00;2,5\n'],
    ['tabs', 'time\tvalue\n2026-01-01 00:00:00\t1.5\n2026-01-01 00:01:00\t2.5\n'],
    ['bars', 'time|value\n2026-01-01 00:00:00|1.5\n2026-01-01 00:01:00|2.5\n'],
    ['epoch seconds, no header', '1767225600,1.5\n1767225660,2.5\n'],
    ['epoch milliseconds', 'value;ts\n1.5;1767225600000\n2.5;1767225660000\n'],
    [
      'a byte order mark and CRLF',
      '\ufefftime,value\r\n2026-01-01 00:00:00,1.5\r\n2026-01-01 00:01:00,2.5\r\n',
    ],
    ['no end of the last line', 'time,value\n2026-01-01 00:00:00,1.5\n2026-01-01 00:01:00,2.5'],
    ['date and time apart', 'date;time;v\n01.01.2026;00:00:00;1,5\n01.01.2026;00:01:00;2,5\n'],
    ['blank lines', '\ntime,value\n\n2026-01-01 00:00:00,1.5\n \n2026-01-01 00:01:00,2.5\n\n'],
  ])('understands %s', async (_name, text) => {
    const { batches, refused } = await readAll(text)
    expect(samplesOf(batches)).toMatchObject([
      { time: '2026-01-01T00:00:00', value: 1.5, quality: 0 },
      { time: '2026-01-01T00:01:00', value: 2.5, quality: 0 },
    ])
    expect(refused).toEqual([])
  })

  it('makes each column a tag of its own kind, and no sample of an empty cell', async () => {
    const text =
      'time,temperature,ok,state\n2026-01-01 00:00:00,20,true,on\n2026-01-01 00:01:00,,FALSE,"a, b"\n'
    const { batches } = await readAll(text)
    expect(samplesOf(batches).map(({ tag, value }) => [tag, value])).toEqual([
      ['line/temperature', 20],
      ['line/ok', 1],
      ['line/ok', 0],
      ['line/state', 'on'],
      ['line/state', 'a, b'],
    ])
    expect(batches[0]?.columns.map(({ data }) => data.kind)).toEqual(['number', 'boolean', 'text'])
  })

  it('names columns that have no name, the same name, or wildcards in it', async () => {
    const { batches } = await readAll(
      'time,,a,a,b+#\n2026-01-01 00:00:00,1,2,3,4\n2026-01-01 00:00:01,1,2,3,4\n',
    )
    const tags = batches[0]?.columns.map(({ tag }) => tag)
    expect(tags).toEqual(['line/column2', 'line/a', 'line/a_2', 'line/b__'])
  })

  it('takes its names from the header though a broken line follows it', async () => {
    const { batches, refused } = await readAll(
      'time,heat\nnot a time,1\n2026-01-01 00:00:00,1.5\n2026-01-01 00:01:00,2\n',
    )
    expect(samplesOf(batches).map(({ tag, value }) => `${tag} ${value}`)).toEqual([
      'line/heat 1.5',
      'line/heat 2',
    ])
    expect(refused).toEqual([[2, '"not a time" is no time']])
  })

  it('refuses broken lines whole, names each, and reads on', async () => {
    const good = rows(50, (index, time) => `${time},${index},${index}`).split('\n')
    good.splice(10, 0, 'no time,1,1', '2026-01-01 00:00:00,1', '2026-02-30 00:00:00,1,1')
    good.splice(20, 0, '2026-01-01 00:00:00,x,1', '2026-01-01 00:00:00,,', '2026-01-01 00:00:00,"1,1')
    const { batches, refused } = await readAll(`time,a,b\n${good.join('\n')}\n`)
    expect(samplesOf(batches)).toHaveLength(100)
    expect(refused).toEqual([
      [12, '"no time" is no time'],
      [13, '2 fields where 3 are expected'],
      [14, '"2026-02-30 00:00:00" is no time'],
      [22, '"x" is no number for line/a'],
      [23, 'no value'],
      [24, 'a quote is not closed'],
    ])
    expect(batches.at(-1)).toMatchObject({ rejected: 6, totals: { samples: 100, rejected: 6 } })
  })

  it('keeps equal times and an hour that comes twice as they are, in the order of the lines', async () => {
    const times = ['02:55:00', '02:00:00', '02:00:00', '02:05:00', '03:00:00']
    const text = times.map((time, index) => `2014-01-07 ${time},${index}`).join('\n')
    const { batches } = await readAll(`timestamp,value\n${text}\n`)
    expect(samplesOf(batches).map(({ time, value, quality }) => [time.slice(11), value, quality])).toEqual(
      times.map((time, index) => [time, index, 0]),
    )
  })

  it('gives NaN and infinities as bad values, not as refused lines', async () => {
    const { batches, refused } = await readAll(
      `t,v\n${rows(4, (i, time) => `${time},${[1, 'NaN', '-inf', 2][i]}`)}`,
    )
    expect(valuesOf(batches)).toEqual([1, Number.NaN, -Infinity, 2])
    expect(samplesOf(batches).map(({ quality }) => quality)).toEqual([0, Quality.bad, Quality.bad, 0])
    expect(refused).toEqual([])
  })

  it('quarantines a time that its neighbours do not believe, and does not let it move the watermark', async () => {
    const text = rows(30, (index, time) => (index === 12 ? `2036-01-01 00:00:00,12` : `${time},${index}`))
    const { batches } = await readAll(`t,v\n${text}`, { frameBytesMax: 1000 })
    const doubtful = samplesOf(batches).filter(({ quality }) => quality !== 0)
    expect(doubtful).toEqual([
      expect.objectContaining({ value: 12, quality: Quality.uncertain | Quality.quarantined }),
    ])
    const finite = batches.map(({ completeBeforeUs }) => completeBeforeUs).filter(Number.isFinite)
    expect(Math.max(...finite, 0)).toBeLessThan(START_US + 3_600_000_000)
  })

  it('reads bytes that are no UTF-8 as Latin-1', async () => {
    const bytes = Buffer.from('time;Öl °C\n2026-01-01 00:00:00;1\n2026-01-01 00:00:01;2\n', 'latin1')
    const { batches } = await readAll(new Uint8Array(bytes))
    expect(batches[0]?.columns[0]?.tag).toBe('line/Öl °C')
  })

  it('refuses a line of many megabytes without keeping it', async () => {
    const text = `t,v\n${rows(3, (i, time) => `${time},${i}`)}\n${'x'.repeat(3_000_000)}\n2026-01-01 01:00:00,3\n`
    const { batches, refused } = await readAll(text)
    expect(valuesOf(batches)).toEqual([0, 1, 2, 3])
    expect(refused).toEqual([[5, 'longer than 65536 bytes']])
  })

  it('plays the file at the wanted pace on the virtual clock', async () => {
    const clock = createVirtualClock({ wallUs: START_US })
    const files = filesOf({ [PATH]: `t,v\n${rows(61, (i, time) => `${time},${i}`)}` })
    const under = { source: createCsvSource(options({ speed: 60 })), files, disorderUs: 0 }
    const { batches } = await readFor(under, clock, { ms: 30_000 })
    const count = valuesOf(batches).length
    expect(count).toBeGreaterThanOrEqual(30)
    expect(count).toBeLessThanOrEqual(33)
  })
})

describe('resuming a CSV file', () => {
  const text = `t,v\n${rows(3000, (i, time) => (i % 500 === 7 ? 'broken' : `${time},${i}`))}\n`

  it('goes on after a position as if nothing had been, with exact counters', async () => {
    const { batches } = await readAll(text)
    const half = batches[3]
    const again = await readAll(text, { resumeAfter: half?.position ?? '' })
    expect(valuesOf(again.batches)).toEqual(valuesOf(batches.slice(4)))
    expect(again.batches.at(-1)).toEqual(batches.at(-1))
  })

  it('reads what was added to a file, and nothing twice', async () => {
    const { batches } = await readAll(text)
    const grown = `${text}2026-01-09 00:00:00,1\n`
    const again = await readAll(grown, { resumeAfter: batches.at(-1)?.position ?? '' })
    expect(valuesOf(again.batches)).toEqual([1])
    expect(again.batches.at(-1)).toMatchObject({ totals: { samples: 2995, rejected: 6 } })
  })

  it.each([
    ['another file', `t,v\n${rows(3000, (i, time) => `${time},${i + 1}`)}\n`],
    ['a shorter file', 'short'],
  ])('reads %s under the same name from its beginning, with a warning', async (_name, other) => {
    const { batches } = await readAll(text)
    const content = other === 'short' ? text.slice(0, 66_000) : other
    const again = await readAll(content, { resumeAfter: batches.at(-2)?.position ?? '' })
    expect(valuesOf(again.batches)[0]).toBe(content === other ? 1 : 0)
    expect(again.logged.some(({ message }) => message.includes('another one'))).toBe(true)
  })

  it('says that a position of something else cannot be read', async () => {
    const reading = readAll(text, { resumeAfter: '{"lsn":7}' })
    await expect(reading).rejects.toMatchObject({ code: 'GENBA_CSV_POSITION' })
  })
})

describe('a file that cannot be read as samples', () => {
  const wide = (columns: number) => {
    const names = Array.from({ length: columns }, (_, index) => `c${index}`).join(',')
    const cells = Array.from({ length: columns }, () => '1').join(',')
    return `t,${names}\n${rows(5, (_, time) => `${time},${cells}`)}`
  }

  it.each([
    ['is not there', undefined, {}, 'GENBA_FILE_UNREADABLE'],
    ['is empty', '', {}, 'GENBA_CSV_EMPTY'],
    ['has blank lines only', '\n\n  \n', {}, 'GENBA_CSV_EMPTY'],
    ['has no times', 'a,b\n1,2\n3,4\n', {}, 'GENBA_CSV_NO_TIME'],
    ['is prose', 'once upon a time\nthere was a machine\n', {}, 'GENBA_CSV_NO_TIME'],
    ['is UTF-16', Buffer.from('\ufefft,v\n', 'utf16le'), {}, 'GENBA_CSV_ENCODING'],
    ['is binary', new Uint8Array([1, 2, 0, 3]), {}, 'GENBA_CSV_ENCODING'],
    [
      'lacks a configured column',
      `t,v\n${rows(3, (i, t) => `${t},${i}`)}`,
      { columns: ['w'] },
      'GENBA_CSV_COLUMN',
    ],
    [
      'lacks the time column',
      `t,v\n${rows(3, (i, t) => `${t},${i}`)}`,
      { timeColumn: 'x' },
      'GENBA_CSV_NO_TIME',
    ],
    ['is too wide', wide(200), {}, 'GENBA_CSV_TOO_WIDE'],
  ])('says so when it %s', async (_name, content, more, code) => {
    const files = filesOf(content === undefined ? {} : { [PATH]: content })
    await expect(readAll('', { ...more, files })).rejects.toMatchObject({
      code,
      issues: [
        {
          where: expect.stringContaining(PATH),
          ...(content === undefined ? {} : { mend: expect.any(String) }),
        },
      ],
    })
  })

  it('is read with a hundred columns, and with the columns that are named', async () => {
    expect(samplesOf((await readAll(wide(100))).batches)).toHaveLength(500)
    const some = await readAll(wide(200), { columns: ['c7', 'c150'] })
    expect(new Set(samplesOf(some.batches).map(({ tag }) => tag))).toEqual(new Set(['line/c7', 'line/c150']))
  })
})
