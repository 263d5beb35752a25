import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkConfig, configJsonSchema } from '../../../shared/component/config.ts'
import { bytes, count, duration, durationMs, flag, real } from '../../../shared/component/config-types.ts'
import { nearestWord } from '../../../shared/component/unknown-keys.ts'
import type { Issue } from '../../../shared/errors/genba-error.ts'

const Source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('file'),
    path: z.string(),
    speed: z.union([z.literal('max'), real({ min: 0.001 })]).prefault('max'),
  }),
  z.strictObject({ type: z.literal('pin'), line: count({ max: 63 }), debounce: durationMs.prefault('5ms') }),
])
const Schema = z.strictObject({
  sources: z.array(Source),
  lead: duration.prefault('1d'),
  spill: bytes({ min: 1024 }).prefault('16MiB'),
  live: z.object({ heartbeat: durationMs.prefault('1s'), shed: flag.prefault(false) }).prefault({}),
})
const component = 'genba.Test'

function issuesOf(value: unknown): readonly Issue[] {
  const checked = checkConfig(Schema, value, { component })
  return checked.ok ? [] : checked.error.issues
}

describe('the check of a configuration', () => {
  it('fills in the defaults and gives numbers with their units', () => {
    const checked = checkConfig(Schema, { sources: [] }, { component })
    expect(checked).toEqual({
      ok: true,
      config: {
        sources: [],
        lead: 86_400_000_000,
        spill: 16 * 1024 * 1024,
        live: { heartbeat: 1000, shed: false },
      },
    })
  })

  it('takes numbers and flags that arrive as text, as nucleus lite gives them', () => {
    const value = {
      sources: [
        { type: 'pin', line: '7' },
        { type: 'file', path: 'a.csv', speed: '2.5' },
      ],
      spill: '4096',
      live: { shed: 'true' },
    }
    const checked = checkConfig(Schema, value, { component })
    expect(checked).toMatchObject({
      ok: true,
      config: { sources: [{ line: 7 }, { speed: 2.5 }], spill: 4096, live: { shed: true } },
    })
  })

  it('reads every whole number back from a number, a double and a text', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        for (const spelling of [value, String(value), value.toFixed(1), ` ${value} `]) {
          expect(count().parse(spelling)).toBe(value)
        }
      }),
    )
  })

  it.each([['0x10', '1e', '', ' ', 'ten', null, true, [1], Number.NaN, 1.5]])(
    'takes none of %j, … for a whole number',
    (...values) => {
      for (const value of values) expect(count().safeParse(value).success).toBe(false)
    },
  )

  it('names the place, what was expected, what came, and how to mend it', () => {
    expect(issuesOf({ sources: [], lead: '10' })).toEqual([
      {
        where: 'lead',
        expected: 'a duration such as 250ms, 10s, 1m or 90d',
        received: '"10"',
        mend: 'write "10s" if you meant seconds',
      },
    ])
  })

  it('names all alternatives of a value that fits none', () => {
    expect(issuesOf({ sources: [{ type: 'file', path: 'a.csv', speed: 'fast' }] })).toEqual([
      { where: 'sources[0].speed', expected: '"max", or a number of at least 0.001', received: '"fast"' },
    ])
  })

  it('names the known kinds when a kind is unknown', () => {
    const [issue] = issuesOf({ sources: [{ type: 'pim', line: 1 }] })
    expect(issue).toMatchObject({ where: 'sources[0].type', received: '"pim"' })
    expect(issue?.expected).toContain('"file"')
  })

  it('says that a required key is missing', () => {
    expect(issuesOf({ sources: [{ type: 'pin' }] })).toEqual([
      { where: 'sources[0].line', expected: 'a whole number from 0 to 63', received: 'nothing' },
    ])
  })

  it('refuses an unknown key and names the nearest known one, however the schema was written', () => {
    const issues = issuesOf({
      sources: [{ type: 'pin', line: 1, debounse: '1ms' }],
      live: { hartbeat: '1s' },
    })
    expect(issues).toMatchObject([
      { where: 'sources[0].debounse', mend: 'did you mean "debounce"?' },
      { where: 'live.hartbeat', mend: 'did you mean "heartbeat"?' },
    ])
  })

  it('judges the keys of a union by the alternative that is meant', () => {
    expect(issuesOf({ sources: [{ type: 'file', path: 'a', line: 3 }] })).toMatchObject([
      { where: 'sources[0].line', received: 'the unknown key "line"' },
    ])
  })

  it('reports every fault at once', () => {
    const value = { sources: [{ type: 'pin', line: 64 }], lead: 5, spil: 1 }
    expect(
      issuesOf(value)
        .map(({ where }) => where)
        .sort(),
    ).toEqual(['lead', 'sources[0].line', 'spil'])
  })

  it('ignores the access rights that Greengrass keeps in the same place', () => {
    expect(issuesOf({ sources: [], accessControl: { 'aws.greengrass.ipc.pubsub': {} } })).toEqual([])
  })

  it('refuses what is no map at all', () => {
    expect(issuesOf([])).toMatchObject([{ where: '(configuration)', expected: 'a map of keys' }])
  })

  it('carries a stable code', () => {
    const checked = checkConfig(Schema, {}, { component })
    expect(checked).toMatchObject({ ok: false, error: { code: 'GENBA_CONFIG_INVALID' } })
  })
})

describe('the JSON Schema of a configuration', () => {
  it('shows what a user may write, with defaults in the spelling of the user', () => {
    expect(configJsonSchema(Schema)).toMatchObject({
      type: 'object',
      required: ['sources'],
      additionalProperties: false,
      properties: {
        lead: { type: 'string', default: '1d' },
        spill: { default: '16MiB' },
        live: { properties: { shed: { type: 'boolean', default: false } } },
      },
    })
  })
})

describe('the nearest word', () => {
  it('is the one with the fewest edits, and none when all are far', () => {
    expect(nearestWord('sped', ['speed', 'spend', 'path'])).toBe('speed')
    expect(nearestWord('colour', ['path', 'speed'])).toBeUndefined()
  })
})
