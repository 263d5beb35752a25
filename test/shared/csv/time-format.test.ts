import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectTime, parseTime, type TimeFormat } from '../../../shared/csv/time-format.ts'

const iso = (text: string) => Date.parse(text) * 1000
const read = (values: string[], dateOrder?: 'dmy' | 'mdy') => {
  const detected = detectTime(values, dateOrder)
  return detected && values.map((value) => parseTime(value, detected.format))
}
const YMD: TimeFormat = { kind: 'calendar', order: 'ymd' }

describe('time stamps of files', () => {
  it.each([
    ['2014-02-03 04:05:06', '2014-02-03T04:05:06Z'],
    ['2014-02-03 04:05', '2014-02-03T04:05:00Z'],
    ['2014-02-03T04:05:06Z', '2014-02-03T04:05:06Z'],
    ['2014-02-03T04:05:06+02:00', '2014-02-03T02:05:06Z'],
    ['2014-02-03 04:05:06 -0530', '2014-02-03T09:35:06Z'],
    ['2014-02-03T04:05:06+01', '2014-02-03T03:05:06Z'],
    ['2014/02/03 04:05:06', '2014-02-03T04:05:06Z'],
    ['2014.02.03 04:05:06', '2014-02-03T04:05:06Z'],
    ['2014-2-3 4:05', '2014-02-03T04:05:00Z'],
    ['2014-02-03', '2014-02-03T00:00:00Z'],
    ['13.02.2014 04:05:06', '2014-02-13T04:05:06Z'],
    ['13/02/2014 04:05:06', '2014-02-13T04:05:06Z'],
    ['02/13/2014 04:05:06', '2014-02-13T04:05:06Z'],
    ['02/13/2014 12:05:06 AM', '2014-02-13T00:05:06Z'],
    ['02/13/2014 4:05:06 pm', '2014-02-13T16:05:06Z'],
    ['2016-02-29 00:00:00', '2016-02-29T00:00:00Z'],
    ['1400000000', '2014-05-13T16:53:20Z'],
    ['1400000000000', '2014-05-13T16:53:20Z'],
    ['1400000000000000', '2014-05-13T16:53:20Z'],
    ['1400000000000000000', '2014-05-13T16:53:20Z'],
    ['1.4e9', '2014-05-13T16:53:20Z'],
  ])('reads %s', (text, expected) => {
    expect(read([text])).toEqual([iso(expected)])
  })

  it.each([
    ['2014-02-03 04:05:06.123456', 123_456],
    ['2014-02-03 04:05:06,1', 100_000],
    ['2014-02-03T04:05:06.123456789Z', 123_456],
  ])('keeps the microseconds of %s', (text, fractionUs) => {
    expect(parseTime(text, YMD)).toBe(iso('2014-02-03T04:05:06Z') + fractionUs)
  })

  it('keeps every digit of an epoch, and cuts what is below the microsecond', () => {
    expect(read(['1400000000.123456'])).toEqual([1_400_000_000_123_456])
    expect(read(['1400000000.1234569'])).toEqual([1_400_000_000_123_456])
    expect(read(['1400000000123.5'])).toEqual([1_400_000_000_123_500])
    expect(read(['1400000000123456'])).toEqual([1_400_000_000_123_456])
    expect(read(['1400000000123456789'])).toEqual([1_400_000_000_123_456])
  })

  it.each([
    '2014-02-30 00:00:00',
    '2015-02-29 00:00:00',
    '2014-04-31 00:00:00',
    '2014-13-01 00:00:00',
    '2014-00-01 00:00:00',
    '2014-01-00 00:00:00',
    '2014-01-01 25:00:00',
    '2014-01-01 24:00:00',
    '2014-01-01 12:60:00',
    '2014-01-01 12:00:60',
    '2014-01-01 12:00:00+25:00',
    '2014-01/01 12:00:00',
    '2014-01-01 12',
    '2014-01-01  12:00:00 x',
    '14-01-01 12:00:00',
    '',
    'now',
  ])('takes "%s" for no time', (text) => {
    expect(parseTime(text, YMD)).toBeUndefined()
  })

  it('tells day and month apart by a line that can only be one', () => {
    expect(read(['03/04/2024 00:00', '13/04/2024 00:00'])?.[0]).toBe(iso('2024-04-03T00:00:00Z'))
    expect(read(['03/04/2024 00:00', '03/14/2024 00:00'])?.[0]).toBe(iso('2024-03-04T00:00:00Z'))
  })

  it('tells day and month apart by how time moves, when every line could be both', () => {
    const days = ['01/02/2024 10:00', '02/02/2024 10:00', '03/02/2024 10:00']
    expect(read(days)?.[0]).toBe(iso('2024-02-01T10:00:00Z'))
    const months = ['02/01/2024 10:00', '02/02/2024 10:00', '02/03/2024 10:00']
    expect(read(months)?.[0]).toBe(iso('2024-02-01T10:00:00Z'))
  })

  it('guesses where nothing tells, says so, and takes the word of the configuration', () => {
    expect(detectTime(['01/02/2024 10:00'])).toMatchObject({ isGuess: true, format: { order: 'mdy' } })
    expect(detectTime(['01.02.2024 10:00'])).toMatchObject({ isGuess: true, format: { order: 'dmy' } })
    expect(read(['01/02/2024 10:00'], 'dmy')).toEqual([iso('2024-02-01T10:00:00Z')])
    expect(detectTime(['2024-01-02 10:00'])).toMatchObject({ isGuess: false })
  })

  it('finds no time in values, names and small numbers', () => {
    for (const values of [['21.5', '22'], ['running'], ['1', '2', '3'], ['12:00:00'], []]) {
      expect(detectTime(values)).toBeUndefined()
    }
  })

  it('bears some lines that are no times', () => {
    expect(read(['2024-01-01 00:00', 'broken', '2024-01-01 00:02'])).toEqual([
      iso('2024-01-01T00:00:00Z'),
      undefined,
      iso('2024-01-01T00:02:00Z'),
    ])
  })

  it('reads back every instant as it was written', () => {
    const instants = fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2250, 0, 1) })
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 999 }), (ms, us) => {
        const text = `${new Date(ms).toISOString().slice(0, -1)}${String(us).padStart(3, '0')}Z`
        expect(parseTime(text, YMD)).toBe(ms * 1000 + us)
        const [year, month, day] = text.slice(0, 10).split('-')
        const order: TimeFormat = { kind: 'calendar', order: 'dmy' }
        expect(parseTime(`${day}.${month}.${year} ${text.slice(11, -1)}`, order)).toBe(ms * 1000 + us)
      }),
    )
  })
})
