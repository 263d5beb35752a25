import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Frame } from '../../../shared/frame/frame.ts'
import { formatTable } from '../../../simulator/cli/table.ts'
import { isWithin } from '../../../simulator/cli/time-range.ts'
import { readYaml } from '../../../simulator/cli/yaml-file.ts'
import { frameOf } from '../../shared/window/frames.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const file = (text: string): string => folder.write('file.yaml', text)

describe('a table', () => {
  it('has columns as wide as their widest cell, and no spaces at the ends of lines', () => {
    const rows = [
      ['hot', '1', 'a long text'],
      ['stuck-valve', '12345', ''],
    ]
    expect(formatTable(['rule', 'n', 'text'], rows)).toBe(
      ['rule         n      text', 'hot          1      a long text', 'stuck-valve  12345', ''].join('\n'),
    )
  })

  it('is its head when there are no rows', () => {
    expect(formatTable(['a', 'b'], [])).toBe('a  b\n')
  })
})

describe('a file in YAML', () => {
  it('is read with its comments, and JSON as well', () => {
    expect(readYaml(file('a: 1 # one\nb: [x, y]\n'))).toEqual({ a: 1, b: ['x', 'y'] })
    expect(readYaml(file('{"a": 1}'))).toEqual({ a: 1 })
    expect(readYaml(file(''))).toBeNull()
  })

  it.each([
    ['an open bracket', 'a: [1\nb: 2\n', 'line 2, column 1'],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'line 2, column 1'],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'line 3, column 1'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'line 2, column 1'],
  ])('says where its mistake is: %s', (_, text, place) => {
    const error = errorOf(() => readYaml(file(text)))
    expect(error.code).toBe('GENBA_FILE_INVALID')
    expect(error.issues).toEqual([
      {
        where: expect.stringMatching(new RegExp(`file\\.yaml, ${place}$`)),
        received: expect.stringMatching(/^\S.+/),
      },
    ])
    expect(error.issues[0]?.received).not.toContain('\n')
  })

  it.each([
    ['an alias that nothing has', 'a: *none\n'],
    [
      'a bomb of aliases',
      `a0: &a0 [x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join('\n')}\n`,
    ],
  ])('is refused without a stack: %s', (_, text) => {
    expect(errorOf(() => readYaml(file(text))).code).toBe('GENBA_FILE_INVALID')
  })

  it('that is not there is a mistake too', () => {
    expect(errorOf(() => readYaml(join(folder.path, 'none.yaml'))).code).toBe('GENBA_FILE_UNREADABLE')
  })
})

describe('a range of event time', () => {
  const samples = frameOf(
    [10, 30].map((timeUs) => ({ tag: 'a', timeUs, value: 1 })),
    0,
  )
  const records = (...list: readonly unknown[]): Frame => ({
    body: 'records',
    header: samples.header,
    records: list.map((record) => JSON.stringify(record)),
  })

  it.each([
    [{}, true],
    [{ from: 30 }, true],
    [{ from: 31 }, false],
    [{ to: 10 }, false],
    [{ to: 11 }, true],
    [{ from: 11, to: 30 }, false],
    [{ from: 11, to: 31 }, true],
  ])('has a frame with a sample in it, from inclusive, to exclusive: %j', (range, expected) => {
    expect(isWithin(samples, range)).toBe(expected)
    expect(isWithin(records({ type: 'event', timeUs: 10 }, { startUs: 30, timeUs: 99 }), range)).toBe(
      expected,
    )
  })

  it('has no record without a time, unless it has everything', () => {
    const odd = records({ type: 'x' }, 7, null, { timeUs: 'now' })
    expect([isWithin(odd, { from: 0 }), isWithin(odd, {})]).toEqual([false, true])
  })
})
