import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { deployConfiguration } from '../../../simulator/nucleus/configuration/deploy-configuration.ts'
import {
  type ConfigMap,
  EMPTY_MAP,
  mergeValue,
  nodeAt,
  toJson,
} from '../../../simulator/nucleus/configuration/tree.ts'

const RUNNING_MS = 1000
const DEPLOYED_MS = 2000

const written = (value: JsonObject, timeMs = RUNNING_MS, onto: ConfigMap = EMPTY_MAP): ConfigMap =>
  mergeValue(onto, [], value, { timeMs, onMismatch: 'replace' }).tree

interface Change {
  readonly defaults?: JsonObject
  readonly reset?: readonly string[]
  readonly merge?: JsonObject
  readonly flavour?: 'java' | 'lite'
}

function deploy(running: ConfigMap | undefined, { flavour = 'java', ...change }: Change) {
  return deployConfiguration(running, { defaults: {}, timeMs: DEPLOYED_MS, ...change }, flavour)
}

describe('the configuration that a deployment makes', () => {
  it('resets first, then fills in defaults, then merges', () => {
    const running = written({ own: 1, heat: { low: 5, high: 9, extra: true } })
    const { tree } = deploy(running, {
      defaults: { heat: { low: 1, high: 2 }, unit: 'C' },
      reset: ['/heat'],
      merge: { heat: { high: 3 } },
    })
    expect(toJson(tree)).toEqual({ own: 1, heat: { low: 1, high: 3 }, unit: 'C' })
  })

  it('keeps what was written after the deployment was created', () => {
    const running = written({ a: 1, b: 1 }, 3000)
    expect(toJson(deploy(running, { merge: { a: 2, c: 3 } }).tree)).toEqual({ a: 1, b: 1, c: 3 })
  })

  it('takes a newer value back on lite by a reset, and on Java only where there is no default', () => {
    const running = written({ a: 1, b: 1 }, 3000)
    const change = { reset: ['/a', '/b'], defaults: { a: 0 } }
    expect(toJson(deploy(running, { ...change, flavour: 'lite' }).tree)).toEqual({ a: 0 })
    expect(toJson(deploy(running, { ...change, flavour: 'java' }).tree)).toEqual({ a: 1 })
  })

  it('stamps what it writes with its time on Java and leaves the times of what stays', () => {
    const running = written({ same: 1, other: 1 })
    const { tree } = deploy(running, { defaults: { fresh: 1 }, merge: { same: 1, other: 2 } })
    const times = ['same', 'other', 'fresh'].map((key) => nodeAt(tree, [key]))
    expect(times).toEqual([
      { kind: 'leaf', value: 1, timeMs: RUNNING_MS },
      { kind: 'leaf', value: 2, timeMs: DEPLOYED_MS },
      { kind: 'leaf', value: 1, timeMs: DEPLOYED_MS },
    ])
  })

  it('passes over pointers into lists, also where a map has numeric keys', () => {
    const running = written({ list: [1], slots: { 1: 'z', '01': 'y' } })
    const { tree } = deploy(running, { reset: ['/list/0', '/slots/1', '/slots/01', '/none/at/all'] })
    expect(toJson(tree)).toEqual({ list: [1], slots: { 1: 'z' } })
  })

  it('refuses a place that is no pointer', () => {
    expect(() => deploy(written({ a: 1 }), { reset: ['a'] })).toThrow(
      expect.objectContaining({ code: 'GENBA_CONFIG_POINTER' }),
    )
  })

  it('tells which leaves it wrote, and from what', () => {
    const running = written({ kept: 1, back: 2, merged: 3 })
    const change = { defaults: { back: 0, fresh: [] }, reset: ['/back'], merge: { merged: 4 } }
    for (const flavour of ['java', 'lite'] as const) {
      const from = Object.fromEntries(
        deploy(running, { ...change, flavour }).written.map((leaf) => [leaf.path.join('/'), leaf.from]),
      )
      expect(from).toEqual({ back: 'reset', fresh: 'default', merged: 'deployment' })
    }
  })

  const configuration = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(fc.integer(), fc.dictionary(fc.constantFrom('x', 'y'), fc.integer())),
  )

  it('is the same when the same deployment comes twice', () => {
    fc.assert(
      fc.property(configuration, configuration, configuration, (before, defaults, merge) => {
        for (const flavour of ['java', 'lite'] as const) {
          const once = deploy(written(before), { defaults, merge, flavour })
          const twice = deploy(once.tree, { defaults, merge, flavour })
          expect(toJson(twice.tree)).toEqual(toJson(once.tree))
        }
      }),
    )
  })

  it('after a reset of everything is that of a first deployment, if nothing was written later', () => {
    fc.assert(
      fc.property(configuration, configuration, configuration, (before, defaults, merge) => {
        const reset = deploy(written(before), { defaults, merge, reset: [''] })
        expect(toJson(reset.tree)).toEqual(toJson(deploy(undefined, { defaults, merge }).tree))
      }),
    )
  })
})
