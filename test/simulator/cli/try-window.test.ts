import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { WindowConfig } from '../../../shared/window/config.ts'
import { readStream } from '../../../simulator/cli/window/stream-file.ts'
import { tryWindow, type WatermarkMode } from '../../../simulator/cli/window/try-window.ts'
import { readWindowConfig } from '../../../simulator/cli/window/window-file.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const file = (name: string, text: string): string => folder.write(name, text)

const stream = (...lines: readonly object[]) =>
  readStream(file('in.jsonl', lines.map((line) => JSON.stringify(line)).join('\n')))

function tried(window: object, lines: readonly object[], mode?: WatermarkMode) {
  return tryWindow(WindowConfig.parse(window), stream(...lines), mode)
}

const ten = { type: 'tumbling', size: '10us', aggregates: ['sum'] }
const at = (timeUs: number, value: unknown = 1, own: object = {}) => ({ tag: 'a', timeUs, value, ...own })

describe('a window on given samples', () => {
  it('says every answer in order, with the line that caused it', () => {
    const session = { type: 'session', gap: '10us', allowedLateness: '20us', aggregates: ['sum'] }
    const { emissions, lateCount } = tried(session, [
      at(0),
      at(15, 2),
      { watermarkUs: 25 },
      at(8, 4),
      at(-50),
      { watermarkUs: 26 },
    ])
    expect(emissions.map(({ kind, line }) => [kind, line])).toEqual([
      ['pane', 3],
      ['pane', 3],
      ['pane', 5],
      ['withdrawn', 5],
      ['late', 5],
    ])
    expect(emissions[2]).toMatchObject({ startUs: 0, endUs: 25, revision: 1, aggregates: { sum: 7 } })
    expect(lateCount).toBe(1)
  })

  it('takes samples between two other lines as one batch, in the order in which they came', () => {
    const first = { ...ten, aggregates: ['first', 'last'] }
    const { emissions } = tried(first, [
      at(5, 1),
      at(5, 'two'),
      { tag: 'a', timeUs: 5, special: 'NaN' },
      { end: true },
    ])
    expect(emissions).toMatchObject([
      { kind: 'pane', count: 2, bad: 1, aggregates: { first: 1, last: 'two' } },
    ])
  })

  it('waits for every declared producer, and at the end for nobody', () => {
    const window = { ...ten, producers: ['p', 'q'] }
    const marks = [at(1, 1, { producer: 'p' }), { watermark: { producer: 'p', completeBeforeUs: 30 } }]
    expect(tried(window, marks).emissions).toEqual([])
    expect(tried({ ...window, allowedLateness: '1h' }, [...marks, { end: true }]).emissions).toMatchObject([
      { kind: 'pane', line: 3, timing: 'ON_TIME', isFinal: true },
    ])
  })

  it('makes the watermark from the samples where no line sets it', () => {
    const window = { ...ten, outOfOrderness: '2us', idleAfter: '10us', producers: ['p', 'q'] }
    const { emissions } = tried(window, [
      { clock: { nowUs: 1000 } },
      at(1, 1, { producer: 'p' }),
      { clock: { nowUs: 1009 } },
      at(12, 1, { producer: 'p' }),
      { clock: { nowUs: 1011 } },
    ])
    expect(emissions).toMatchObject([{ kind: 'pane', line: 5, startUs: 0 }])
  })

  it('counts samples too far ahead of the clock, whoever sets the watermark', () => {
    const lines = [{ clock: { nowUs: 0 } }, at(1), at(300_000_001), { end: true }]
    for (const mode of ['explicit', 'estimated'] as const) {
      const { quarantined, emissions } = tried(ten, lines, mode)
      expect([quarantined, emissions.length]).toEqual([1, 1])
    }
  })

  it('is silent when nothing says what is complete', () => {
    expect(tried(ten, [at(1)], 'explicit')).toMatchObject({ emissions: [], isSilent: true })
    expect(tried(ten, [at(1), at(20)])).toMatchObject({ emissions: [{ startUs: 0 }], isSilent: false })
  })
})

describe('the files of a window and its samples', () => {
  it('take YAML and JSON alike', () => {
    const yaml = file(
      'w.yaml',
      'type: tumbling\nsize: 10s\naggregates: [count, {fn: percentile, q: 0.5, as: mid}]\n',
    )
    const json = file('w.json', '{"window":{"type":"tumbling","size":"10s"},"aggregates":["count"]}')
    expect(readWindowConfig(yaml).aggregates.map(({ as: name }) => name)).toEqual(['count', 'mid'])
    expect(readWindowConfig(json)).toMatchObject({ type: 'tumbling', size: 10_000_000 })
  })

  it('name the place of a fault, and how to mend it', () => {
    const config = errorOf(() => readWindowConfig(file('bad.yaml', 'type: tumbling\nsize: 10\nsise: 10s\n')))
    expect(config.code).toBe('GENBA_CONFIG_INVALID')
    expect(config.issues).toMatchObject([
      { where: expect.stringMatching(/bad\.yaml: sise$/), mend: 'did you mean "size"?' },
      { where: expect.stringMatching(/bad\.yaml: size$/), mend: 'write "10s" if you meant seconds' },
    ])
    const yaml = errorOf(() => readWindowConfig(file('bad.yaml', 'type: [run\nsize: 10s\n')))
    expect(yaml.issues[0]?.where).toMatch(/line 2, column 1$/)
    expect(errorOf(() => readWindowConfig(join(folder.path, 'none.yaml'))).code).toBe('GENBA_FILE_UNREADABLE')
  })

  it.each([
    [{ watermakUs: 3 }, 'did you mean "watermarkUs"?'],
    [{ tag: 'a', timeUs: 1.5, value: 1 }, 'timeUs'],
    [{ tag: 'a', timeUs: 1 }, 'value'],
    [{ tag: 'a', timeUs: 1, value: 1, qualty: 'bad' }, 'qualty'],
    [{ end: false }, 'end'],
    [7, 'write one of these'],
  ])('refuse the line %j', (line, mend) => {
    const error = errorOf(() => stream({ end: true }, line as object))
    expect(error.code).toBe('GENBA_LINE_INVALID')
    expect(error.issues[0]).toMatchObject({
      where: expect.stringMatching(/line 2$/),
      mend: expect.stringContaining(mend),
    })
  })
})
