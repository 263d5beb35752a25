import { describe, expect, it } from 'vitest'
import type { SqlValue } from '../../../../shared/sql/value.ts'
import { answer, call } from './answer.ts'

/** 2024-02-29T23:05:09.042Z, a Thursday. */
const LEAP_DAY = 1_709_247_909_042
const written = (pattern: string, ms: SqlValue = LEAP_DAY, zone: SqlValue = 'UTC') =>
  call('parse_time', pattern, ms, zone)

describe('parse_time', () => {
  // Answers of Joda-Time 2.10.
  it.each([
    ['G GGGG', 'AD AD'],
    ['C CCC', '20 020'],
    ['y yy yyy yyyyy', '2024 24 2024 02024'],
    ['Y YY', '2024 24'],
    ['x xx w ww e', '2024 24 9 09 4'],
    ['E EEE EEEE EEEEE', 'Thu Thu Thursday Thursday'],
    ['D DDD', '60 060'],
    ['M MM MMM MMMM MMMMM', '2 02 Feb February February'],
    ['d ddd', '29 029'],
    ['a aaa', 'PM PM'],
    ['K KK h hh', '11 11 11 11'],
    ['H k', '23 23'],
    ['m mm s ss', '5 05 9 09'],
    ['S SS SSS SSSS SSSSS', '0 04 042 0420 04200'],
    ['z zzzz', 'UTC Coordinated Universal Time'],
    ['Z ZZ ZZZ', '+0000 +00:00 UTC'],
    ["yyyy'T'HH", '2024T23'],
    ["h 'o''clock' a", "11 o'clock PM"],
    ["yyyy''MM", "2024'02"],
    ["yyyy 'is open", '2024 is open'],
    ['{yyyy} [MM] é', '{2024} [02] é'],
  ])('%s', (pattern, expected) => {
    expect(written(pattern)).toBe(expected)
  })

  it.each(['Q', 'yyyy-MM-dd b', 'u', 'W', ''])('%j is no pattern', (pattern) => {
    expect(written(pattern)).toBeUndefined()
  })

  it.each([
    ['2020-12-31', '2020 53 4'],
    ['2021-01-03', '2020 53 7'],
    ['2021-01-04', '2021 1 1'],
    ['2018-12-31', '2019 1 1'],
    ['2016-01-03', '2015 53 7'],
    ['2026-12-31', '2026 53 4'],
  ])('counts the weeks of ISO 8601: %s', (date, expected) => {
    expect(written('x w e', Date.parse(date))).toBe(expected)
  })

  it('counts midnight as 0, 12 or 24', () => {
    const midnight = Date.parse('2024-02-29T00:30:00Z')
    expect(written('H k K h a', midnight)).toBe('0 24 0 12 AM')
    expect(written('H k K h a', midnight + 12 * 3_600_000)).toBe('12 12 0 12 PM')
  })

  it('goes before Christ', () => {
    expect(written('yyyy YYYY G C', Date.UTC(-43, 2, 15))).toBe('-0043 0044 BC 0')
    expect(written('yyyy G', -62_167_219_200_000)).toBe('0000 BC')
  })

  it.each([
    ['Europe/Berlin', '00:05 CET +0100'],
    ['America/New_York', '18:05 EST -0500'],
    ['Asia/Kolkata', '04:35 IST +0530'],
    ['Asia/Tokyo', '08:05 JST +0900'],
    ['America/St_Johns', '19:35 NST -0330'],
    ['Pacific/Apia', '12:05 +13:00 +1300'],
    ['+05:45', '04:50 +05:45 +0545'],
    ['-0330', '19:35 -03:30 -0330'],
    ['Etc/GMT+5', '18:05 -05:00 -0500'],
  ])('shows the clocks of %s', (zone, expected) => {
    expect(written('HH:mm z Z', LEAP_DAY, zone)).toBe(expected)
  })

  it('changes the clocks when the zone does', () => {
    const change = Date.parse('2024-03-31T01:00:00Z')
    const shown = (ms: number) => written('HH:mm:ss.SSS z zzzz', ms, 'Europe/Berlin')
    expect(shown(change - 1)).toBe('01:59:59.999 CET Central European Standard Time')
    expect(shown(change)).toBe('03:00:00.000 CEST Central European Summer Time')
  })

  it('is in UTC where no zone is named, and Undefined for a zone that is none', () => {
    expect(answer("parse_time('HH', 3600000)")).toBe('01')
    for (const zone of ['Mars/Olympus', 'europe/berlin', 'PST', '+19:00', '', null, 5, undefined]) {
      expect(call('parse_time', 'HH', 0, zone)).toBeUndefined()
    }
  })

  it('takes numbers and their texts for a time, floored', () => {
    expect(written('SSS', '1.9')).toBe('001')
    expect(written('ss.SSS', -0.5)).toBe('59.999')
    expect(written('yyyy', 'soon')).toBeUndefined()
    expect(written('yyyy', 8.7e15)).toBeUndefined()
    expect(written('yyyy', null)).toBeUndefined()
    expect(call('parse_time', 5, 0)).toBeUndefined()
  })
})
