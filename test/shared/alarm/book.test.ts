import { describe, expect, it } from 'vitest'
import { AlarmBook } from '../../../shared/alarm/book.ts'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import type { AlarmReport } from '../../../shared/alarm/report.ts'

const report = (timeUs: number, isActive: boolean, more: Partial<AlarmReport> = {}): AlarmReport => ({
  rule: 'hot',
  key: 'a',
  isActive,
  timeUs,
  value: timeUs,
  severity: 'warning',
  ...more,
})
const person = (timeUs: number) => ({ rule: 'hot', key: 'a', by: 'mari@plant', timeUs })
const inShort = (changes: readonly AlarmChange[]) => changes.map(({ state, timeUs }) => `${state} ${timeUs}`)

describe('the life of an alarm', () => {
  it('is raised and cleared once for each time that its condition holds', () => {
    const book = new AlarmBook()
    const changes = [
      ...book.report(report(0, false)),
      ...book.report(report(1, true)),
      ...book.report(report(2, true)),
      ...book.report(report(3, false)),
      ...book.report(report(4, false)),
      ...book.report(report(5, true)),
    ]
    expect(changes.map(({ id }) => id)).toEqual(['hot|a|1|raised|0', 'hot|a|3|cleared|1', 'hot|a|5|raised|2'])
  })

  it('ignores what is older than the newest report', () => {
    const book = new AlarmBook()
    book.report(report(5, true))
    expect(book.report(report(4, false))).toEqual([])
    expect(book.get('hot', 'a')?.isActive).toBe(true)
  })

  it('is acknowledged by a person, once', () => {
    const book = new AlarmBook()
    expect(book.command({ kind: 'acknowledge', ...person(0) })).toEqual([])
    book.report(report(1, true))
    const acknowledged = book.command({ kind: 'acknowledge', ...person(9), reason: 'on my way' })
    expect(acknowledged).toMatchObject([
      { id: 'hot|a|1|acknowledged|1', timeUs: 9, who: 'mari@plant', note: 'on my way' },
    ])
    expect(book.command({ kind: 'acknowledge', ...person(10) })).toEqual([])
    expect(inShort(book.report(report(11, false)))).toEqual(['cleared 11'])
  })

  it('stays until it is acknowledged when it is latched', () => {
    const book = new AlarmBook()
    const latched = { latched: true }
    book.report(report(1, true, latched))
    expect(book.report(report(2, false, latched))).toEqual([])
    expect(book.report(report(3, true, latched))).toEqual([])
    expect(book.report(report(4, false, latched))).toEqual([])
    expect(book.standing()).toMatchObject([{ isActive: false, isRaised: true }])
    const changes = book.command({ kind: 'acknowledge', ...person(9) })
    expect(inShort(changes)).toEqual(['acknowledged 9', 'cleared 4'])
  })

  it('that is acknowledged while it holds clears like any other, though latched', () => {
    const book = new AlarmBook()
    book.report(report(1, true, { latched: true }))
    book.command({ kind: 'acknowledge', ...person(2) })
    expect(inShort(book.report(report(3, false)))).toEqual(['cleared 3'])
  })

  it('tells that it grew worse, by a tenth at least and not more often than is asked for', () => {
    const book = new AlarmBook()
    const at = (timeUs: number, excess: number) =>
      inShort(book.report(report(timeUs, true, { excess, updateEveryUs: 10 })))
    expect(at(0, 1)).toEqual(['raised 0'])
    expect(at(5, 3)).toEqual([])
    expect(at(10, 3)).toEqual(['updated 10'])
    expect(at(30, 3.2)).toEqual([])
    expect(at(31, 3.4)).toEqual(['updated 31'])
    expect(at(90, 1)).toEqual([])
  })

  it('tells at once that it became more severe', () => {
    const book = new AlarmBook()
    const at = (timeUs: number, severity: AlarmReport['severity']) =>
      inShort(book.report(report(timeUs, true, { severity, updateEveryUs: 10 })))
    expect(at(0, 'warning')).toEqual(['raised 0'])
    expect(at(1, 'critical')).toEqual(['updated 1'])
    expect(at(2, 'info')).toEqual([])
    expect(at(11, 'info')).toEqual(['updated 11'])
  })

  it('is not raised again before its time, and then is if it still holds', () => {
    const book = new AlarmBook()
    const at = (timeUs: number, isActive: boolean) =>
      inShort(book.report(report(timeUs, isActive, { reraiseAfterUs: 10 })))
    expect([at(0, true), at(1, false), at(2, true), at(3, false), at(4, true)].flat()).toEqual([
      'raised 0',
      'cleared 1',
    ])
    expect(at(10, true)).toEqual([])
    expect(book.report(report(11, true, { reraiseAfterUs: 10 }))).toMatchObject([
      { state: 'raised', sinceUs: 4, timeUs: 11 },
    ])
  })

  it('ends with its rule, latched or shelved', () => {
    const book = new AlarmBook()
    book.report(report(1, true, { latched: true }))
    book.command({ kind: 'shelve', ...person(2), untilUs: 99 })
    expect(inShort(book.withdraw('hot', 'a', 5))).toEqual(['cleared 5', 'unshelved 5'])
    expect(book.standing()).toEqual([])
    expect(book.withdraw('hot', 'a', 5)).toEqual([])
  })
})

describe('a rule that begins anew', () => {
  it('clears its alarm at once and leaves it on the shelf', () => {
    const book = new AlarmBook()
    book.report(report(1, true, { latched: true }))
    book.command({ kind: 'shelve', ...person(2), untilUs: 99 })
    expect(inShort(book.restart('hot', 'a', 5))).toEqual(['cleared 5'])
    expect(book.standing()).toMatchObject([{ isRaised: false, shelvedUntilUs: 99 }])
    expect(book.report(report(6, true))).toEqual([])
  })
})

describe('a shelved alarm', () => {
  const shelve = (book: AlarmBook, timeUs: number, untilUs: number) =>
    book.command({ kind: 'shelve', ...person(timeUs), untilUs })

  it('gives no notices, and afterwards tells what is true by then', () => {
    const book = new AlarmBook()
    expect(inShort(shelve(book, 0, 100))).toEqual(['shelved 0'])
    expect(book.report(report(1, true))).toEqual([])
    expect(book.standing()).toMatchObject([{ isActive: true, isRaised: false, shelvedUntilUs: 100 }])
    expect(book.pass(99)).toEqual([])
    expect(inShort(book.pass(100))).toEqual(['unshelved 100', 'raised 1'])
  })

  it('that was raised before and ended meanwhile is cleared afterwards', () => {
    const book = new AlarmBook()
    book.report(report(1, true))
    shelve(book, 2, 100)
    expect(book.report(report(50, false))).toEqual([])
    expect(inShort(book.report(report(150, true)))).toEqual(['unshelved 100', 'cleared 50', 'raised 150'])
  })

  it('that came and went is not spoken of', () => {
    const book = new AlarmBook()
    shelve(book, 0, 100)
    book.report(report(1, true))
    book.report(report(2, false))
    expect(inShort(book.pass(500))).toEqual(['unshelved 100'])
  })

  it('may be taken off the shelf by hand, and be shelved for longer', () => {
    const book = new AlarmBook()
    book.report(report(1, true))
    shelve(book, 2, 10)
    shelve(book, 3, 100)
    book.report(report(20, false))
    const changes = book.command({ kind: 'unshelve', ...person(30) })
    expect(inShort(changes)).toEqual(['unshelved 30', 'cleared 20'])
    expect(changes[0]).toMatchObject({ who: 'mari@plant' })
    expect(book.command({ kind: 'unshelve', ...person(31) })).toEqual([])
  })

  it('needs an end, in the future', () => {
    const book = new AlarmBook()
    expect(shelve(book, 5, 5)).toEqual([])
    expect(shelve(book, 5, Infinity)).toEqual([])
    expect(shelve(book, 5, Number.NaN)).toEqual([])
  })
})

describe('a full book', () => {
  const other = (key: string, timeUs: number, isActive: boolean) =>
    report(timeUs, isActive, { key, reraiseAfterUs: 0 })

  it('forgets alarms that nobody waits for, and gives their numbers to no other change', () => {
    const book = new AlarmBook([], 2)
    book.report(other('a', 0, true))
    book.report(other('a', 1, false))
    book.report(other('b', 2, true))
    expect(book.report(other('c', 3, true))).toMatchObject([{ id: 'hot|c|3|raised|2' }])
    book.report(other('c', 4, false))
    expect(book.report(other('a', 5, true))).toMatchObject([{ id: 'hot|a|5|raised|4' }])
  })

  it('refuses and counts what is more than it may hold', () => {
    const book = new AlarmBook([], 1)
    book.report(other('a', 0, true))
    expect(book.report(other('b', 0, true))).toEqual([])
    expect(book.counters()).toEqual({ raised: 1, shelved: 0, refused: 1 })
  })

  it('cuts what a person writes', () => {
    const book = new AlarmBook()
    book.report(report(0, true))
    const [change] = book.command({
      kind: 'acknowledge',
      ...person(1),
      by: 'x'.repeat(9999),
      reason: 'y'.repeat(9999),
    })
    expect(change?.who?.length).toBe(128)
    expect(change?.note?.length).toBe(500)
  })
})
