import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFates } from '../../../simulator/fleet/fates.ts'

const things = Array.from({ length: 400 }, (_, at) => `press-${at}`)

describe('the fates of a fleet', () => {
  it('are the same for the same seed, thing and version', () => {
    const share = fc.double({ min: 0, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(
        fc.nat(),
        share,
        share,
        fc.string(),
        fc.string(),
        (seed, failing, vanishing, thing, version) => {
          const choose = () => createFates({ seed, failing, vanishing })(thing, version)
          expect(choose()).toBe(choose())
        },
      ),
    )
  })

  it('are shared out as asked, by another choice for every version', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const fates = createFates({ seed, failing: 0.2, vanishing: 0.1 })
        const ofVersion = (version: string, fate: string) =>
          things.filter((thing) => fates(thing, version) === fate)
        const failing = ofVersion('2.0.0', 'fails')
        expect(failing.length / things.length).toBeGreaterThan(0.08)
        expect(failing.length / things.length).toBeLessThan(0.32)
        expect(ofVersion('2.0.0', 'vanishes').length).toBeGreaterThan(8)
        expect(ofVersion('2.0.1', 'fails')).not.toEqual(failing)
      }),
      { numRuns: 20 },
    )
  })

  it('are all alike where the share is nothing or everything', () => {
    const none = createFates({ seed: 1, failing: 0, vanishing: 0 })
    const all = createFates({ seed: 1, failing: 1, vanishing: 0 })
    expect(new Set(things.map((thing) => none(thing, '1.0.0')))).toEqual(new Set(['works']))
    expect(new Set(things.map((thing) => all(thing, '1.0.0')))).toEqual(new Set(['fails']))
  })
})
