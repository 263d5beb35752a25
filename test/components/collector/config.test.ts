import { describe, expect, it } from 'vitest'
import { CollectorConfig } from '../../../components/collector/config.ts'
import { checkConfig } from '../../../shared/component/config.ts'

const check = (value: unknown) => checkConfig(CollectorConfig, value, { component: 'genba.Collector' })
const issueOf = (value: unknown) => {
  const checked = check(value)
  return checked.ok ? undefined : checked.error.issues[0]
}

describe('the configuration of the collector', () => {
  it('needs nothing', () => {
    expect(check(undefined)).toMatchObject({
      ok: true,
      config: {
        sources: [],
        frame: { maxBytes: 6000, maxAge: 100 },
        outbox: { memoryBytes: 8 << 20, policy: 'block' },
        live: { lead: 300_000_000, heartbeat: 1000 },
      },
    })
  })

  it('fills in what a source does not say', () => {
    const sources = [
      { type: 'csv', name: 'line', path: 'a.csv' },
      { type: 'gpio', name: 'door', pins: [{ line: '17', tag: 'door' }] },
    ]
    expect(check({ sources })).toMatchObject({
      config: {
        sources: [
          { speed: 'max', outOfOrderness: 0, lead: 86_400_000_000, priority: 5 },
          { pins: [{ line: 17, edge: 'both', debounce: 0, activeLow: false }] },
        ],
      },
    })
  })

  it('takes what a nucleus makes of numbers', () => {
    const sources = [{ type: 'csv', name: 'line', path: 'a.csv', speed: '10', priority: 2.0, timeColumn: 1 }]
    expect(check({ sources })).toMatchObject({
      config: { sources: [{ speed: 10, priority: 2, timeColumn: '1' }] },
    })
  })

  it.each([
    ['a name with a space', { sources: [{ type: 'csv', name: 'a b', path: 'x' }] }, 'sources[0].name'],
    ['a source of no known type', { sources: [{ type: 'modbus', name: 'a' }] }, 'sources[0].type'],
    [
      'a priority of 10',
      { sources: [{ type: 'csv', name: 'a', path: 'x', priority: 10 }] },
      'sources[0].priority',
    ],
    [
      'a speed of nothing',
      { sources: [{ type: 'csv', name: 'a', path: 'x', speed: 0 }] },
      'sources[0].speed',
    ],
    ['a frame over the limit of the nucleus', { frame: { maxBytes: 9000 } }, 'frame.maxBytes'],
    ['an unknown key', { outbox: { polcy: 'shed' } }, 'outbox.polcy'],
  ])('refuses %s and names its place', (_name, value, where) => {
    expect(issueOf(value)?.where).toBe(where)
  })

  it('refuses two sources of one name', () => {
    const source = { type: 'csv', name: 'a', path: 'x' }
    expect(issueOf({ sources: [source, source] })?.where).toBe('sources')
  })
})
