import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkConfig } from '../../../shared/component/config.ts'
import { Detection } from '../../../shared/detect/config.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'

/** Where and what was expected, of a detection that is refused. */
function refusal(config: Readonly<Record<string, unknown>>): string[] {
  const checked = checkConfig(Detection, { name: 'd', tags: ['#'], ...config }, { component: 'processor' })
  return checked.ok ? [] : checked.error.issues.map(({ where, expected }) => `${where}: ${expected}`)
}

describe('the configuration of a detection', () => {
  it('needs little, and says its durations as text', () => {
    expect(
      Detection.parse({ type: 'threshold', name: 'hot', tags: ['+/heat'], above: '80', hold: '5s' }),
    ).toEqual({
      type: 'threshold',
      name: 'hot',
      tags: ['+/heat'],
      severity: 'warning',
      latched: false,
      reraiseAfter: 0,
      updateEvery: 600_000_000,
      above: 80,
      hysteresis: 0,
      hold: 5_000_000,
    })
  })

  it('names the kinds that there are', () => {
    expect(refusal({ type: 'treshold', above: 1 }).join()).toContain('"threshold"')
  })

  it('names the nearest of its own kind for a key that it does not know', () => {
    const checked = checkConfig(
      Detection,
      { type: 'stuck', name: 'd', tags: ['#'], for: '1m', epsilom: 1 },
      { component: 'processor' },
    )
    expect(checked.ok ? [] : checked.error.issues).toMatchObject([
      { where: 'epsilom', mend: 'did you mean "epsilon"?' },
    ])
    expect(refusal({ type: 'cusum', baseline: { learn: '1d', adpat: '2d' } })).toHaveLength(1)
  })

  it.each([
    ['no limit', { type: 'threshold' }],
    ['a band that can never clear', { type: 'rate', over: '1m', above: 1, below: -1, hysteresis: 1.5 }],
    ['no baseline', { type: 'ewma' }],
    ['half a baseline', { type: 'ewma', baseline: { mean: 1 } }],
    ['a baseline both given and learned', { type: 'cusum', baseline: { mean: 1, std: 1, learn: '1d' } }],
    ['no deviation', { type: 'cusum', baseline: { mean: 1, std: 0 } }],
    [
      'a rule that the chart does not have',
      { type: 'control-chart', rules: [5], baseline: { mean: 1, std: 1 } },
    ],
    ['no span', { type: 'missing', for: '0s' }],
    [
      'a segment that is no power of two',
      { type: 'spectrum', samples: 1000, bands: [{ from: 1, to: 2, above: 1 }] },
    ],
    ['a band upside down', { type: 'spectrum', bands: [{ from: 2, to: 1, above: 1 }] }],
    ['no band', { type: 'spectrum', bands: [] }],
    ['a severity that nobody knows', { type: 'stuck', for: '1m', severity: 'fatal' }],
    ['a name that would break identities', { type: 'stuck', for: '1m', name: 'a|b' }],
  ])('is refused with %s', (_, config) => {
    expect(refusal(config)).not.toEqual([])
  })

  it('of the example is what a processor takes', () => {
    const text = readFileSync(new URL('../../../examples/machine-temperature.yaml', import.meta.url), 'utf8')
    const checked = checkConfig(ProcessorConfig, parse(text), { component: 'processor' })
    expect(checked.ok ? [] : checked.error.issues).toEqual([])
  })
})
