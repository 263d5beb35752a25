import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkConfig, configJsonSchema } from '../../../shared/component/config.ts'
import { toDefinition, WindowConfig } from '../../../shared/window/config.ts'

const Windows = z.object({ windows: z.array(WindowConfig) })

const definitionOf = (value: unknown) => toDefinition(WindowConfig.parse(value))

function issuesOf(window: unknown) {
  const checked = checkConfig(Windows, { windows: [window] }, { component: 'genba.Test' })
  if (checked.ok) throw new Error('the configuration was taken')
  return checked.error.issues
}

describe('the configuration of a window', () => {
  it('names each kind by what makes its windows, and fills in what is not said', () => {
    expect(definitionOf({ type: 'tumbling', size: '10s' })).toMatchObject({
      name: 'tumbling:10000000',
      tags: ['#'],
      key: { by: 'tag' },
      window: { type: 'tumbling', sizeUs: 10_000_000, offsetUs: 0 },
      allowedLatenessUs: 0,
      lateFlushUs: 0,
    })
    expect(definitionOf({ type: 'count', size: 5 }).window).toEqual({ type: 'count', size: 5, every: 5 })
    expect(definitionOf({ type: 'calendar', unit: 'day', zone: 'Europe/Berlin' }).window).toEqual({
      type: 'calendar',
      unit: 'day',
      zone: 'Europe/Berlin',
      startsAt: ['00:00'],
    })
  })

  it('may keep the keys of the kind apart, and then means the same', () => {
    const apart = { window: { type: 'hopping', size: '10s', hop: '5s' }, allowedLateness: '1m', key: 'all' }
    const flat = { type: 'hopping', size: '10s', hop: '5s', allowedLateness: '1m', key: 'all' }
    expect(definitionOf(apart)).toEqual(definitionOf(flat))
    expect(definitionOf(flat)).toMatchObject({ key: { by: 'all' }, allowedLatenessUs: 60_000_000 })
  })

  it('compiles conditions, which no text of another kind meets', () => {
    const { window } = definitionOf({
      type: 'state',
      begin: 'value > 5',
      end: 'value < 3',
      maxDuration: '1h',
    })
    if (window.type !== 'state') throw new Error('another kind')
    expect([6, 5, 'run', true].map((value) => window.begin.holds(value))).toEqual([true, false, false, false])
    expect(window.end.holds(2)).toBe(true)
  })

  it('takes keys by levels of the tag and by attributes, empty windows and early answers', () => {
    const definition = definitionOf({
      type: 'tumbling',
      size: '1m',
      key: { levels: [1, 2] },
      emitEmpty: true,
      emptyLimit: 3,
      early: { every: '10s', samples: 100 },
    })
    expect(definition).toMatchObject({
      key: { by: 'levels', levels: [1, 2] },
      emitEmpty: { limit: 3 },
      early: { everyUs: 10_000_000, everySamples: 100 },
    })
    expect(definitionOf({ type: 'run', key: { attribute: 'line' } }).key).toEqual({
      by: 'attribute',
      attribute: 'line',
    })
  })

  it('takes lateness and late flush from the defaults where it says nothing, and only there', () => {
    const defaults = { allowedLatenessUs: 600, lateFlushUs: 100 }
    const of = (value: unknown) => toDefinition(WindowConfig.parse(value), defaults)
    expect(of({ type: 'run' })).toMatchObject(defaults)
    expect(of({ type: 'run', allowedLateness: '0s' }).allowedLatenessUs).toBe(0)
  })

  it('names the place of a fault, also below `window`', () => {
    expect(issuesOf({ type: 'tumbling', size: '10' })).toMatchObject([
      { where: 'windows[0].size', received: '"10"', mend: 'write "10s" if you meant seconds' },
    ])
    expect(issuesOf({ window: { type: 'session', gap: '0s' } })).toMatchObject([
      { where: 'windows[0].window.gap', expected: 'a duration of more than 0s, such as 10s' },
    ])
    expect(issuesOf({ type: 'tumblin', size: '10s' })).toMatchObject([
      { where: 'windows[0].type', expected: expect.stringContaining('"tumbling"') },
    ])
    expect(issuesOf({ type: 'hopping', size: '10s' })).toMatchObject([
      { where: 'windows[0].hop', received: 'nothing' },
    ])
    expect(issuesOf(7)).toHaveLength(1)
  })

  it('names the nearest key for one that it does not know', () => {
    expect(issuesOf({ type: 'tumbling', sise: '10s', size: '10s' })).toMatchObject([
      { where: 'windows[0].sise', mend: 'did you mean "size"?' },
    ])
    expect(issuesOf({ window: { type: 'tumbling', size: '10s' }, alowedLateness: '1s' })).toMatchObject([
      { where: 'windows[0].alowedLateness', mend: 'did you mean "allowedLateness"?' },
    ])
    expect(issuesOf({ type: 'run', early: { evry: '1s' } })).toContainEqual(
      expect.objectContaining({ where: 'windows[0].early.evry', mend: 'did you mean "every"?' }),
    )
  })

  it('refuses what no gateway could compute', () => {
    const places = (window: unknown) => issuesOf(window).map(({ where }) => where)
    expect(places({ type: 'hopping', size: '1d', hop: '1ms' })).toEqual(['windows[0].hop'])
    expect(places({ type: 'calendar', unit: 'day', zone: 'Europe/Atlantis' })).toEqual(['windows[0].zone'])
    expect(places({ type: 'calendar', unit: 'day', zone: 'UTC', startsAt: ['06:00', '14:00'] })).toEqual([
      'windows[0].startsAt',
    ])
    expect(places({ type: 'calendar', unit: 'shift', zone: 'UTC', startsAt: ['6:00'] })[0]).toContain(
      'startsAt',
    )
    expect(places({ type: 'run', aggregates: ['maen'] })[0]).toContain('aggregates')
    expect(places({ type: 'run', tags: ['a/#/b'] })).toEqual(['windows[0].tags[0]'])
    expect(places({ type: 'state', begin: 'value >', end: 'value < 3', maxDuration: '1h' })).toEqual([
      'windows[0].begin',
    ])
  })

  it('has a JSON Schema with the keys of every kind', () => {
    const text = JSON.stringify(configJsonSchema(Windows))
    for (const key of ['maxDuration', 'startsAt', 'hop', 'emptyLimit', 'outOfOrderness'])
      expect(text).toContain(key)
  })
})
