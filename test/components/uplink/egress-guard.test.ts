import { describe, expect, it } from 'vitest'
import { judgeEgress } from '../../../components/uplink/egress-guard.ts'
import { alarm, summary } from './records.ts'

describe('the egress guard', () => {
  it('lets summaries and alarms out, unchanged', () => {
    for (const record of [alarm(1), summary(2)]) {
      expect(judgeEgress(JSON.stringify(record))).toEqual({ allowed: true, record })
    }
  })

  it('strips what rides along', () => {
    const smuggled = { ...alarm(1), samples: [1, 2, 3], by: { ...alarm(1).by, host: 'x' } }
    expect(judgeEgress(JSON.stringify(smuggled))).toEqual({ allowed: true, record: alarm(1) })
  })

  it.each([
    ['samples', { v: 1, type: 'samples', tag: 'a', values: [1, 2] }, 'type'],
    ['a summary without its count', { ...summary(1), count: undefined }, 'count'],
    ['a later version', { ...alarm(1), v: 2 }, 'v'],
    ['no record', 7, ''],
  ])('refuses %s with a reason', (_, json, place) => {
    const egress = judgeEgress(JSON.stringify(json))
    expect(egress.allowed).toBe(false)
    expect(egress.allowed ? '' : egress.reason).toContain(place)
  })

  it('refuses what is not JSON', () => {
    expect(judgeEgress('time,tag,value')).toEqual({ allowed: false, reason: 'not JSON' })
  })
})
