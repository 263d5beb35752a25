import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Question } from '../../../shared/fitness/criteria.ts'
import { withMessage } from '../../../shared/fitness/heard.ts'
import { judgeFitness } from '../../../shared/fitness/judge.ts'
import { COMPONENTS, hear, messageOf, SETTINGS, type Site, SOUND } from './site.ts'

const asked = (seconds: readonly Site[], more: Partial<Question> = {}): Question => ({
  heard: hear(seconds),
  elapsedMs: seconds.length * 1000 + 100,
  remembered: { latencyMs: 30, version: '0.9.0' },
  ...more,
})
const judge = (question: Question) => judgeFitness(question, SETTINGS)

describe('the fitness of a gateway', () => {
  it('is known after two messages of each component, and what is remembered of it is its latency', () => {
    expect(judge(asked([SOUND]))).toMatchObject({ verdict: 'undecided' })
    expect(judge(asked([SOUND, SOUND]))).toEqual({
      verdict: 'fit',
      reasons: [],
      toRemember: { latencyMs: 30, version: '1.0.0' },
    })
  })

  it('waits for a component that does not report, and then names it: it may have crashed or hang', () => {
    const missing = (elapsedMs: number) =>
      judge(asked([], { heard: hear([SOUND, SOUND], COMPONENTS.slice(0, 3)), elapsedMs }))
    expect(missing(3000)).toMatchObject({ verdict: 'undecided' })
    const silent = judge(asked([SOUND, SOUND], { elapsedMs: 60_000 }))
    expect(silent).toMatchObject({ verdict: 'unfit' })
    expect(silent.reasons).toContain('genba.Uplink has been silent for 58 s')
  })

  it('does not count what the version before has said', () => {
    const older = messageOf('genba.Uplink', SOUND, { version: '0.9.0' })
    const heard = hear([SOUND])
    const twice = withMessage(withMessage(heard, older, 1200), messageOf('genba.Uplink', SOUND), 1500)
    expect(twice.get('genba.Uplink')?.count).toBe(1)
  })

  it('says no at once to a component that refuses its configuration', () => {
    const configuration = { digest: 'abc', refused: 'sources[0].name: expected a text' }
    const refusing = messageOf('genba.Collector', SOUND, { configuration })
    const { verdict, reasons } = judge(
      asked([], { heard: withMessage(new Map(), refusing, 900), elapsedMs: 1000 }),
    )
    expect(verdict).toBe('unfit')
    expect(reasons).toEqual(['genba.Collector refuses its configuration: sources[0].name: expected a text'])
  })

  it('says no when frames are not acknowledged, and yes to a long backlog that moves', () => {
    const stuck = (second: number): Site => ({ ...SOUND, depth: 100, ageMs: 20_000 + second * 1000 })
    const unfit = judge(asked([0, 1, 2].map(stuck), { elapsedMs: 60_000 }))
    expect(unfit.reasons).toContainEqual(
      expect.stringMatching(/^100 frames of genba.Collector wait for the historian/),
    )
    const moving = (second: number): Site => ({ ...SOUND, depth: 100, ageMs: 20_000 - second * 1000 })
    expect(judge(asked([0, 1, 2].map(moving)))).toMatchObject({ verdict: 'fit' })
  })

  it('says no when the disk refuses writes, and when the processor stands still before the head of the log', () => {
    const refused = { ...SOUND, writeRefused: 1 }
    expect(judge(asked([refused, refused])).reasons).toEqual(['the disk refuses the writes of the historian'])
    const standing = { ...SOUND, positionLsn: 17 }
    expect(judge(asked([standing, standing])).reasons).toEqual([
      'the log is processed up to 17 of 1000, and that does not move',
    ])
    expect(judge(asked([standing, { ...standing, positionLsn: 18 }]))).toMatchObject({ verdict: 'fit' })
  })

  it('compares latency above the floor with what is remembered, where enough frames came', () => {
    const slow = { ...SOUND, latencyMs: 700 }
    const remembered = (latencyMs: number) => ({ remembered: { latencyMs, version: '0.9.0' } })
    expect(judge(asked([slow, slow], remembered(30)))).toMatchObject({
      verdict: 'undecided',
      reasons: ['live latency is 700 ms with version 1.0.0; it was 30 ms with 0.9.0'],
    })
    expect(judge(asked([slow, slow], remembered(350)))).toMatchObject({ verdict: 'fit' })
    const few = { ...slow, frames: 3 }
    expect(judge(asked([few, few], remembered(30)))).toMatchObject({ verdict: 'undecided' })
    const later = Array.from({ length: 10 }, () => few)
    expect(judge(asked(later, remembered(30)))).toMatchObject({ verdict: 'fit', toRemember: undefined })
    expect(judge(asked([slow, slow], { remembered: undefined }))).toMatchObject({ verdict: 'fit' })
  })

  const anySite = fc.record({
    depth: fc.nat(1000),
    ageMs: fc.nat(100_000),
    headLsn: fc.nat(100),
    positionLsn: fc.nat(100),
    frames: fc.nat(100),
    latencyMs: fc.nat(5000),
    writeRefused: fc.constantFrom(0, 1),
  })
  const anyQuestion = fc.record({
    seconds: fc.array(anySite, { maxLength: 6 }),
    components: fc.subarray(COMPONENTS),
    moreMs: fc.nat(70_000),
    rememberedMs: fc.option(fc.nat(1000), { nil: undefined }),
  })

  it('is decided when the time is over, gives a reason for each no, and comes from nothing but the question', () => {
    fc.assert(
      fc.property(anyQuestion, ({ seconds, components, moreMs, rememberedMs }) => {
        const question: Question = {
          heard: hear(seconds, components),
          elapsedMs: seconds.length * 1000 + moreMs,
          remembered: rememberedMs === undefined ? undefined : { latencyMs: rememberedMs, version: '0.9.0' },
        }
        const fitness = judge(question)
        expect(judge(question)).toEqual(fitness)
        if (question.elapsedMs >= SETTINGS.within) expect(fitness.verdict).not.toBe('undecided')
        if (fitness.verdict !== 'fit') expect(fitness.reasons.length).toBeGreaterThan(0)
        if (fitness.verdict === 'fit') expect(components).toEqual(COMPONENTS)
        // Whoever waits longer for the same never turns a yes into an undecided.
        const atEnd = judge({ ...question, elapsedMs: Math.max(question.elapsedMs, SETTINGS.within) })
        if (atEnd.verdict === 'fit' && moreMs < 4000) expect(fitness.verdict).not.toBe('unfit')
      }),
    )
  })
})
