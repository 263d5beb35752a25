import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { STATE_BYTES_MAX } from '../../simulator/shadow/shadow.ts'
import { Shadows } from '../../simulator/shadow/shadows.ts'

const oven = { thing: 'oven-1', name: undefined }

function update(
  shadows: Shadows,
  request: JsonObject,
  nowS = 100,
  id: { thing: string; name: string | undefined } = oven,
) {
  return shadows.update(id, Buffer.from(JSON.stringify(request)), nowS)
}

/** The state that a get tells, or the code of its refusal. */
function stateOf(shadows: Shadows): unknown {
  const outcome = shadows.get(oven, 200)
  return 'accepted' in outcome ? outcome.accepted['state'] : outcome.rejected.code
}

describe('a device shadow', () => {
  it('answers an update with what it was asked, with the difference, and with both documents', () => {
    const shadows = new Shadows()
    update(shadows, { state: { desired: { heat: 200, fan: 1 } } }, 100)
    expect(update(shadows, { state: { reported: { heat: 20, fan: 1 } }, clientToken: 't' }, 101)).toEqual({
      accepted: {
        state: { reported: { heat: 20, fan: 1 } },
        metadata: { reported: { heat: { timestamp: 101 }, fan: { timestamp: 101 } } },
        version: 2,
        timestamp: 101,
        clientToken: 't',
      },
      delta: {
        state: { heat: 200 },
        metadata: { heat: { timestamp: 100 } },
        version: 2,
        timestamp: 101,
        clientToken: 't',
      },
      documents: {
        previous: expect.objectContaining({ state: { desired: { heat: 200, fan: 1 } }, version: 1 }),
        current: expect.objectContaining({ version: 2 }),
        timestamp: 101,
        clientToken: 't',
      },
    })
  })

  it('deletes by null, and drops what holds nothing but nulls', () => {
    const shadows = new Shadows()
    update(shadows, { state: { reported: { a: 1, m: { x: 1 }, n: { only: null } } } })
    expect(stateOf(shadows)).toEqual({ reported: { a: 1, m: { x: 1 } } })
    update(shadows, { state: { reported: { a: null, m: { x: null } } } })
    expect(stateOf(shadows)).toEqual({ reported: { m: {} } })
    update(shadows, { state: { reported: null } })
    expect(stateOf(shadows)).toEqual({})
  })

  it('merges objects and replaces the rest, and knows when each part was written', () => {
    const shadows = new Shadows()
    update(shadows, { state: { desired: { a: { b: 1, c: [1, 2] }, d: 1 } } }, 1)
    update(shadows, { state: { desired: { a: { c: [3] }, d: null } } }, 2)
    expect(shadows.get(oven, 100)).toEqual({
      accepted: {
        state: { desired: { a: { b: 1, c: [3] } }, delta: { a: { b: 1, c: [3] } } },
        metadata: { desired: { a: { b: { timestamp: 1 }, c: [{ timestamp: 2 }] } } },
        version: 2,
        timestamp: 100,
      },
    })
  })

  it('tells of no difference within objects that the device reported', () => {
    const shadows = new Shadows()
    update(shadows, { state: { desired: { a: 1, b: { c: 2, d: 3 } } } })
    expect(update(shadows, { state: { reported: { a: 1, b: { c: 9 } } }, version: 1 })).toMatchObject({
      delta: { state: { b: { c: 2, d: 3 } } },
    })
    expect(update(shadows, { state: { reported: { b: { c: 2 } } } })).toMatchObject({
      delta: { state: { b: { d: 3 } } },
    })
  })

  it('takes keys that every object inherits for what they are', () => {
    const shadows = new Shadows()
    const text = '{"state":{"reported":{"__proto__":{"x":1},"constructor":1,"toString":2}}}'
    shadows.update(oven, Buffer.from(text), 100)
    expect(JSON.stringify(stateOf(shadows))).toBe(text.slice('{"state":'.length, -1))
  })

  it('refuses another version than its own, and keeps its number over a deletion for two days', () => {
    const shadows = new Shadows()
    update(shadows, { state: {} })
    expect(update(shadows, { state: {}, version: 7, clientToken: 't' })).toMatchObject({
      rejected: { code: 409, message: 'Version conflict', clientToken: 't' },
    })
    expect(shadows.delete(oven, 1000)).toEqual({ accepted: { version: 1, timestamp: 1000 } })
    expect(stateOf(shadows)).toBe(404)
    expect(update(shadows, { state: {} }, 1000 + 47 * 3600)).toMatchObject({ accepted: { version: 2 } })
    shadows.delete(oven, 500_000)
    expect(update(shadows, { state: {} }, 500_000 + 49 * 3600)).toMatchObject({ accepted: { version: 1 } })
  })

  it.each<[number, string, string]>([
    [400, 'Invalid JSON', '{"state":'],
    [400, 'Invalid JSON', '[]'],
    [400, 'Missing required node: state', '{"version":1}'],
    [400, 'State node must be an object', '{"state":1}'],
    [400, 'Desired node must be an object', '{"state":{"desired":[]}}'],
    [400, 'Invalid version', '{"state":{},"version":"1"}'],
    [400, 'Invalid version', '{"state":{},"version":7}'],
    [400, 'Invalid clientToken', '{"state":{},"clientToken":7}'],
    [400, 'Invalid clientToken', JSON.stringify({ state: {}, clientToken: 'x'.repeat(65) })],
    [400, 'State contains an invalid node', '{"state":{"desired":{"list":[null]}}}'],
    [
      400,
      'JSON contains too many levels of nesting; maximum is 6',
      '{"state":{"desired":{"a":{"b":{"c":{"d":{"e":{"f":{}}}}}}}}}',
    ],
    [
      413,
      'The payload exceeds the maximum size allowed',
      JSON.stringify({ state: { desired: { text: 'x'.repeat(STATE_BYTES_MAX) } } }),
    ],
    [415, 'Unsupported documented encoding; supported encoding is UTF-8', '\xff'],
  ])('refuses with %s, %s: %.60s', (code, message, text) => {
    const outcome = new Shadows().update(oven, Buffer.from(text, 'latin1'), 1)
    expect(outcome).toMatchObject({ rejected: { code, message } })
  })

  it('lists the named shadows of one thing, in order', () => {
    const shadows = new Shadows()
    for (const name of ['heat', 'drive', undefined])
      update(shadows, { state: {} }, 1, { thing: 'oven-1', name })
    update(shadows, { state: {} }, 1, { thing: 'oven-10', name: 'other' })
    expect(shadows.namesOf('oven-1')).toEqual(['drive', 'heat'])
    expect(shadows.get({ thing: 'no thing', name: undefined }, 1)).toMatchObject({ rejected: { code: 400 } })
  })

  it('changes nothing that could not be kept', () => {
    const shadows = new Shadows(new Map(), () => {
      throw new Error('the disk is full')
    })
    expect(() => update(shadows, { state: {} })).toThrow('the disk is full')
    expect(stateOf(shadows)).toBe(404)
  })

  const leaf = fc.oneof(
    fc.integer(),
    fc.string({ maxLength: 3 }),
    fc.constant(null),
    fc.array(fc.integer(), { maxLength: 2 }),
  )
  const patch = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(leaf, fc.dictionary(fc.constantFrom('x', 'y'), leaf, { maxKeys: 2 })),
    { maxKeys: 3 },
  )

  it('has times exactly where it has values, and no difference once desired is reported', () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 5 }), (patches) => {
        const shadows = new Shadows()
        for (const desired of patches) update(shadows, { state: { desired } })
        const outcome = shadows.get(oven, 1)
        if ('rejected' in outcome) return
        const { state, metadata } = outcome.accepted as {
          state: { desired?: JsonObject }
          metadata: { desired?: unknown }
        }
        expect(shapeOf(metadata.desired)).toEqual(shapeOf(state.desired))
        const after = update(shadows, { state: { reported: state.desired ?? {} } })
        expect(after).not.toHaveProperty('delta')
      }),
    )
  })
})

/** The keys of a tree, with 0 for each leaf and each time. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value === null || typeof value !== 'object' || Object.hasOwn(value, 'timestamp')) return 0
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]))
}
