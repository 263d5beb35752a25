import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, call } from './answer.ts'

const epoch = (text: string, pattern: string) => call('time_to_epoch', text, pattern)
const at = (text: string) => Date.parse(text)

describe('time_to_epoch', () => {
  // Answers of OpenJDK's DateTimeFormatter.
  it.each([
    ['2026-11-25', 'yyyy-MM-dd', '2026-11-25T00:00Z'],
    ['8 May 26', 'd MMM yy', '2026-05-08T00:00Z'],
    ['31 April 2026', 'dd MMMM yyyy', '2026-04-30T00:00Z'],
    ['30.02.2024', 'dd.MM.uuuu', '2024-02-29T00:00Z'],
    ['2024-366', 'yyyy-DDD', '2024-12-31T00:00Z'],
    ['20261125101530123', 'yyyyMMddHHmmssSSS', '2026-11-25T10:15:30.123Z'],
    ['2611251015', 'yyMMddHHmm', '2026-11-25T10:15Z'],
    ['Wed, 25 Nov 2026 10:15:30 +0100', 'EEE, d MMM yyyy HH:mm:ss Z', '2026-11-25T09:15:30Z'],
    ['Wednesday 25 November 2026', 'EEEE d MMMM yyyy', '2026-11-25T00:00Z'],
    ['2026-11-25 12:15 AM', 'yyyy-MM-dd hh:mm a', '2026-11-25T00:15Z'],
    ['2026-11-25 00:15 PM', 'yyyy-MM-dd KK:mm a', '2026-11-25T12:15Z'],
    ['2026-11-25 24:15', 'yyyy-MM-dd kk:mm', '2026-11-25T00:15Z'],
    ['2026-11-25T24:00', "yyyy-MM-dd'T'HH:mm", '2026-11-26T00:00Z'],
    ['2026-11-25 10:15:30.123456789', 'yyyy-MM-dd HH:mm:ss.SSSSSSSSS', '2026-11-25T10:15:30.123Z'],
    ['2026-11-25 86399999', 'yyyy-MM-dd A', '2026-11-25T23:59:59.999Z'],
    ['2026-11-25 3600000000000', 'yyyy-MM-dd N', '2026-11-25T01:00Z'],
    ['1/8/2026 1:2:3', 'M/d/yyyy H:m:s', '2026-01-08T01:02:03Z'],
    ['2026-Jan-08 Q1', 'yyyy-LLL-dd QQQ', '2026-01-08T00:00Z'],
    ["2026-01-08 o'10", "yyyy-MM-dd 'o'''HH", '2026-01-08T10:00Z'],
    ['+12026-01-08', 'yyyy-MM-dd', '+012026-01-08T00:00Z'],
    ['0044-03-15 BC', 'yyyy-MM-dd G', '-000043-03-15T00:00Z'],
  ])('reads %s by %s', (text, pattern, expected) => {
    expect(epoch(text, pattern)).toBe(at(expected))
  })

  it.each([
    ['26-11-25', 'yyyy-MM-dd'],
    ['2026-13-01', 'yyyy-MM-dd'],
    ['2026-11-32', 'yyyy-MM-dd'],
    ['2026-11-25 ', 'yyyy-MM-dd'],
    ['2026-1-25', 'yyyy-MM-dd'],
    ['12026-01-08', 'yyyy-MM-dd'],
    ['0000-01-08', 'yyyy-MM-dd'],
    ['2025-366', 'yyyy-DDD'],
    ['25 november 2026', 'dd MMMM yyyy'],
    ['Thu, 25 Nov 2026', 'EEE, d MMM yyyy'],
    ['2026-11-25 13:15 PM', 'yyyy-MM-dd hh:mm a'],
    ['2026-11-25 10:15 PM', 'yyyy-MM-dd HH:mm a'],
    ['2026-11-25 24:01', 'yyyy-MM-dd HH:mm'],
    ['2026-11-25 23:60', 'yyyy-MM-dd HH:mm'],
    ['2026-11-25 2025', 'yyyy-MM-dd yyyy'],
    ['2026-05-01 1', 'yyyy-MM-dd Q'],
    ['2026-11-25', 'yyyy-MM-dd {'],
    ['2026-11-25', 'yyyy-MM-ddd'],
    ['2026-11-25b', 'yyyy-MM-ddb'],
    ["2026-11-25'", "yyyy-MM-dd'"],
    ['2026-11-25', 'yyyy-MM-dd]'],
    ['', ''],
  ])('gives nothing for %s by %s', (text, pattern) => {
    expect(epoch(text, pattern)).toBeUndefined()
  })

  it.each([
    ['X', 'Z', 0],
    ['X', '+01', 60],
    ['X', '-0130', -90],
    ['X', '+01:30', undefined],
    ['XX', '+0130', 90],
    ['XX', '+01', undefined],
    ['X'.repeat(3), '+01:30', 90],
    ['xxx', '+00:00', 0],
    ['xxx', 'Z', undefined],
    ['Z', '+0900', 540],
    ['ZZZZ', 'GMT+09:00', 540],
    ['ZZZZZ', '-08:00', -480],
    ['O', 'GMT+9', 540],
    ['O', 'GMT', 0],
    ['OOOO', 'GMT-03:30', -210],
    ['VV', 'UTC+01:00', 60],
    ['VV', '-03:30', -210],
    ['VV', 'Z', 0],
    ['VV', 'UT', 0],
    ['VV', 'Europe/Berlin', 120],
    ['VV', 'Asia/Kolkata', 330],
    ['VV', 'PST', undefined],
    ['VV', 'Mars/Olympus', undefined],
    ['z', 'PST', -420],
    ['z', 'America/Los_Angeles', -420],
    ['z', 'BST', 60],
    ['z', 'JST', 540],
    ['zzzz', 'Central European Summer Time', 120],
    ['z', 'Central European Summer Time', undefined],
    ['V', 'UTC', undefined],
  ])('reads the zone %s: %s', (letters, zone, offsetMinutes) => {
    const expected =
      offsetMinutes === undefined ? undefined : at('2026-07-01T12:00Z') - offsetMinutes * 60_000
    expect(epoch(`2026-07-01 12:00 ${zone}`, `yyyy-MM-dd HH:mm ${letters}`)).toBe(expected)
  })

  it('takes the earlier of a time that comes twice, and puts one that is skipped forward', () => {
    const berlin = (text: string) => epoch(`${text} Europe/Berlin`, 'yyyy-MM-dd HH:mm VV')
    expect(berlin('2026-10-25 02:30')).toBe(at('2026-10-25T00:30Z'))
    expect(berlin('2026-03-29 02:30')).toBe(at('2026-03-29T01:30Z'))
    expect(berlin('2026-03-29 01:59')).toBe(at('2026-03-29T00:59Z'))
  })

  it('reads what may be left out', () => {
    const pattern = "yyyy-MM-dd['T'HH:mm[:ss]]"
    expect(epoch('2026-11-25', pattern)).toBe(at('2026-11-25T00:00Z'))
    expect(epoch('2026-11-25T10:15', pattern)).toBe(at('2026-11-25T10:15Z'))
    expect(epoch('2026-11-25T10:15:30', pattern)).toBe(at('2026-11-25T10:15:30Z'))
    expect(epoch('2026-11-25T10', pattern)).toBeUndefined()
  })

  it('takes what the pattern leaves out from 1970', () => {
    expect(epoch('10:15', 'HH:mm')).toBe(36_900_000)
    expect(epoch('2026-11', 'yyyy-MM')).toBe(at('2026-11-01T00:00Z'))
  })

  it('is for texts alone', () => {
    expect(call('time_to_epoch', 2026, 'yyyy')).toBeUndefined()
    expect(call('time_to_epoch', '2026', null)).toBeUndefined()
    expect(answer("time_to_epoch('2026')")).toBeUndefined()
    expect(epoch('2'.repeat(300), 'yyyy')).toBeUndefined()
  })
})

describe('a time that is written and read again', () => {
  const instant = fc.integer({ min: at('1900-01-01'), max: at('2100-01-01') })

  it.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd HH:mm:ss.SSS', 'UTC'],
    ["EEEE, d MMMM yyyy 'at' h:mm:ss.SSS a ZZ", "EEEE, d MMMM yyyy 'at' h:mm:ss.SSS a xxx", '+05:45'],
    ['D/yyyy kk.mm.ss SSS Z', 'D/yyyy kk.mm.ss SSS Z', '-0330'],
    ['G yyyyMMddHHmmssSSS', 'G yyyyMMddHHmmssSSS', 'UTC'],
  ])('is itself: %s', (written, read, zone) => {
    fc.assert(
      fc.property(instant, (ms) => {
        const text = call('parse_time', written, ms, zone)
        expect(call('time_to_epoch', text, read)).toBe(ms)
      }),
    )
  })

  it('is itself by the name of its zone but for an hour that comes twice', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Tokyo'), (ms, zone) => {
        const text = call('parse_time', 'yyyy-MM-dd HH:mm:ss.SSS ZZZ', ms, zone)
        const read = call('time_to_epoch', text, 'yyyy-MM-dd HH:mm:ss.SSS VV') as number
        expect(call('parse_time', 'yyyy-MM-dd HH:mm:ss.SSS ZZZ', read, zone)).toBe(text)
        expect([0, 3_600_000, 7_200_000]).toContain(ms - read)
      }),
    )
  })
})
