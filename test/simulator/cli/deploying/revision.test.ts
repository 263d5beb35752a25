import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Components,
  deepMerge,
  differenceOf,
  differenceText,
  isSame,
  nextComponents,
  type RevisionChanges,
} from '../../../../simulator/cli/deploying/revision.ts'

const NOTHING: RevisionChanges = { components: {}, remove: [], merge: {}, reset: {} }
const LATEST: Components = {
  'genba.Collector': { componentVersion: '0.1.0' },
  'genba.Processor': {
    componentVersion: '0.1.0',
    configurationUpdate: { merge: '{"windows":{"size":"10s","lead":"1m"}}', reset: ['/rules'] },
    runWith: { posixUser: 'ggc_user' },
  },
}

describe('the next revision of a target', () => {
  it('has everything of the latest one, and the changes', () => {
    const changes = { ...NOTHING, components: { 'genba.Collector': '0.2.0', 'genba.Uplink': '0.1.0' } }
    expect(nextComponents(LATEST, changes)).toEqual({
      'genba.Collector': { componentVersion: '0.2.0' },
      'genba.Processor': {
        componentVersion: '0.1.0',
        configurationUpdate: { merge: '{"windows":{"size":"10s","lead":"1m"}}' },
        runWith: { posixUser: 'ggc_user' },
      },
      'genba.Uplink': { componentVersion: '0.1.0' },
    })
  })

  it('keeps what is merged for devices that join later, and adds to it', () => {
    const merge = { 'genba.Processor': { windows: { size: '5s' }, rules: [] } }
    const { 'genba.Processor': processor } = nextComponents(LATEST, { ...NOTHING, merge })
    expect(JSON.parse(processor?.configurationUpdate?.merge ?? '')).toEqual({
      windows: { size: '5s', lead: '1m' },
      rules: [],
    })
  })

  it('resets once: what was reset before is not reset again, and what is reset now is merged no more', () => {
    const reset = { 'genba.Processor': ['/windows/size'] }
    const { 'genba.Processor': processor } = nextComponents(LATEST, { ...NOTHING, reset })
    expect(processor?.configurationUpdate).toEqual({
      merge: '{"windows":{"lead":"1m"}}',
      reset: ['/windows/size'],
    })
  })

  it.each([
    { ...NOTHING, remove: ['genba.Uplink'] },
    { ...NOTHING, merge: { 'genba.Uplink': {} } },
    { ...NOTHING, reset: { 'genba.Uplink': [''] } },
    { ...NOTHING, remove: ['genba.Collector'], merge: { 'genba.Collector': {} } },
  ])('refuses to change what it does not have', (changes) => {
    expect(() => nextComponents(LATEST, changes)).toThrow('does not have this component')
  })

  it('changes nothing when nothing is asked for', () => {
    expect(isSame(differenceOf(LATEST, nextComponents(LATEST, NOTHING)))).toBe(true)
    const versions = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.constant('1.0.0'))
    fc.assert(
      fc.property(versions, (components) => {
        const first = nextComponents({}, { ...NOTHING, components })
        expect(isSame(differenceOf(first, nextComponents(first, NOTHING)))).toBe(true)
      }),
    )
  })

  it('says what it adds, changes and removes', () => {
    const changes = {
      components: { 'genba.Processor': '0.2.0', 'genba.Uplink': '0.1.0' },
      remove: ['genba.Collector'],
      merge: { 'genba.Processor': { rules: [] } },
      reset: {},
    }
    const difference = differenceOf(LATEST, nextComponents(LATEST, changes))
    expect(differenceText(difference)).toBe(
      [
        '  + genba.Uplink 0.1.0',
        '  ~ genba.Processor 0.1.0 → 0.2.0, configuration',
        '  - genba.Collector 0.1.0',
        '    0 more as before',
        '',
      ].join('\n'),
    )
  })
})

describe('merging configuration', () => {
  const json = fc.object({ maxDepth: 2, values: [fc.integer(), fc.string(), fc.constant(null)] })

  it('leaves what is merged twice as it was after the first time', () => {
    fc.assert(
      fc.property(json, json, (under, over) => {
        const once = deepMerge(under as never, over as never)
        expect(deepMerge(once, over as never)).toEqual(once)
      }),
    )
  })
})
