import { describe, expect, it } from 'vitest'
import { checkConfig, configJsonSchema } from '../../../shared/component/config.ts'
import type { Issue } from '../../../shared/errors/genba-error.ts'
import { LawConfig } from '../../../shared/retention/config.ts'
import { coversFilter } from '../../../shared/retention/filter-cover.ts'
import { createPolicy } from '../../../shared/retention/policy.ts'
import { isSubjectTemplate, subjectOf } from '../../../shared/retention/subject.ts'
import { DAY_US, historyOf, law, type Written } from './run.ts'

function issuesOf(written: unknown): readonly Issue[] {
  const checked = checkConfig(LawConfig, written, { component: 'historian' })
  return checked.ok ? [] : checked.error.issues
}

const oneClass = (more: Written) => ({
  lawClasses: [{ name: 'quality', keepAtLeast: '10y', residency: 'site', ...more }],
})

describe('the law of a store as configured', () => {
  it('needs nothing, and then asks nothing of any tag', () => {
    expect(issuesOf({})).toEqual([])
    const policy = createPolicy(historyOf(law([])))
    expect(policy.classOf('any/tag')).toEqual({
      name: 'default',
      keepAtLeast: 0,
      residency: 'any',
      worm: false,
    })
  })

  it('takes durations and flags as text', () => {
    expect(law([{ name: 'a', keepAtLeast: '10y', keepAtMost: '10y1d', worm: 'true' }]).lawClasses).toEqual([
      { name: 'a', keepAtLeast: 3652.5 * DAY_US, keepAtMost: 3653.5 * DAY_US, residency: 'any', worm: true },
    ])
  })

  it('gives a tag the class of the first law that names it, and the default class otherwise', () => {
    const { classOf } = createPolicy(
      historyOf(
        law(
          [{ name: 'a' }, { name: 'b' }, { name: 'default', keepAtLeast: '1d' }],
          [
            { tags: ['line1/press/#', 'line2/#'], class: 'a' },
            { tags: ['line1/#'], class: 'b' },
          ],
        ),
      ),
    )
    expect(['line1/press/x', 'line1/oven', 'line2', 'hall'].map((tag) => classOf(tag).name)).toEqual([
      'a',
      'b',
      'a',
      'default',
    ])
    expect(classOf('hall').keepAtLeast).toBe(DAY_US)
    expect(classOf('hall')).toBe(classOf('hall'))
  })

  const two = [
    { name: 'a', residency: 'any' },
    { name: 'b', residency: 'any' },
  ]
  it.each<[string, unknown, Issue]>([
    [
      'a limit before the end of the duty',
      oneClass({ keepAtMost: '90d' }),
      {
        where: 'lawClasses[0].keepAtMost',
        expected: 'a duration of at least keepAtLeast of quality, which is 3652d12h',
        received: '"90d"',
        mend: 'raise keepAtMost, lower keepAtLeast, or give the tags two classes',
      },
    ],
    [
      'worm without a duty',
      { lawClasses: [{ name: 'a', residency: 'any', worm: true }] },
      {
        where: 'lawClasses[0].keepAtLeast',
        expected: 'a duration of more than 0s, since a is worm',
        received: 'nothing',
        mend: 'state keepAtLeast, or remove worm: it protects nothing without a duty',
      },
    ],
    [
      'one name twice',
      { lawClasses: [...two, { name: 'a', residency: 'site' }] },
      {
        where: 'lawClasses[2].name',
        expected: 'a name that no other law class has',
        received: '"a"',
        mend: 'rename or remove one of the classes named "a"',
      },
    ],
    [
      'a class that is not there',
      { lawClasses: two, laws: [{ tags: ['#'], class: 'c' }] },
      {
        where: 'laws[0].class',
        expected: 'a class of lawClasses: one of a, b, default',
        received: '"c"',
        mend: 'add "c" to lawClasses, or name one that is there',
      },
    ],
    [
      'a law behind one that takes all of its tags',
      {
        lawClasses: two,
        laws: [
          { tags: ['line1/#'], class: 'a' },
          { tags: ['line1/+/x', 'line1'], class: 'b' },
        ],
      },
      {
        where: 'laws[1].tags',
        expected: 'tags that no law before takes; laws[0] takes them',
        received: '["line1/+/x","line1"]',
        mend: 'move it before laws[0]: the first law that names a tag counts',
      },
    ],
    [
      'a limit of nothing',
      oneClass({ keepAtLeast: '0s', keepAtMost: '0s' }),
      {
        where: 'lawClasses[0].keepAtMost',
        expected: 'a duration of more than 0s',
        received: '"0s"',
        mend: 'leave keepAtMost out to set no limit',
      },
    ],
    [
      'a duty that nobody can promise',
      oneClass({ keepAtLeast: '101y' }),
      {
        where: 'lawClasses[0].keepAtLeast',
        expected: 'a duration of at most 100y',
        received: '"101y"',
      },
    ],
    [
      'a number for a duration',
      oneClass({ keepAtLeast: 90 }),
      {
        where: 'lawClasses[0].keepAtLeast',
        expected: 'a duration such as 250ms, 10s, 1m or 90d',
        received: '90',
        mend: 'write "90s" if you meant seconds',
      },
    ],
    [
      'no residency',
      { lawClasses: [{ name: 'a' }] },
      {
        where: 'lawClasses[0].residency',
        expected: 'one of "site", "country", "any"',
        received: 'nothing',
      },
    ],
    [
      'one subject for everybody',
      oneClass({ subject: 'driver' }),
      {
        where: 'lawClasses[0].subject',
        expected: `a text with a level of the tag such as $3, or an attribute such as \${driver}`,
        received: '"driver"',
        mend: 'write "$3" for the third level; $$ stands for a dollar sign',
      },
    ],
    [
      'a misspelt key',
      oneClass({ keepAtMots: '20y' }),
      {
        where: 'lawClasses[0].keepAtMots',
        expected: 'one of the keys name, keepAtLeast, keepAtMost, keepRawAtMost, residency, subject, worm',
        received: 'the unknown key "keepAtMots"',
        mend: 'did you mean "keepAtMost"?',
      },
    ],
  ])('is refused with %s, with place, expectation and mend', (_, written, issue) => {
    expect(issuesOf(written)).toEqual([issue])
  })

  it('may name a tag in two laws where the later one still has tags of its own, or the same class', () => {
    const laws = [
      { tags: ['line1/#'], class: 'a' },
      { tags: ['line1/x', 'line2/#'], class: 'b' },
      { tags: ['line1/y'], class: 'a' },
    ]
    expect(issuesOf({ lawClasses: two, laws })).toEqual([])
  })

  it('has a JSON Schema', () => {
    expect(configJsonSchema(LawConfig)).toMatchObject({ properties: { lawClasses: {}, laws: {} } })
  })
})

describe('a filter covers another', () => {
  it.each([
    ['#', 'a/b', true],
    ['a/#', 'a', true],
    ['a/#', 'a/+/c/#', true],
    ['a/+', 'a/b', true],
    ['+/b', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a/#', false],
    ['a/b', 'a/+', false],
    ['a/b/#', 'a', false],
  ])('%s, %s: %s', (wide, narrow, covers) => {
    expect(coversFilter(wide, narrow)).toBe(covers)
  })
})

describe('the subject of data', () => {
  it.each([
    ['$3', 'fleet/truck/d17/speed', 'd17'],
    [`driver \${badge}`, 'x', 'driver 4711'],
    ['$1-$2', 'a/b', 'a-b'],
    ['$$$1', 'a', '$a'],
    ['$3', 'a/b', undefined],
    ['$2', 'a//b', undefined],
    [`\${none}`, 'a', undefined],
    [`\${toString}`, 'a', undefined],
  ])('%s of %s is %s', (template, tag, subject) => {
    expect(isSubjectTemplate(template)).toBe(true)
    expect(subjectOf(template, tag, { badge: '4711' })).toBe(subject)
  })

  it.each(['', 'driver', '$', '$0', '$$', 'a$b', `\${}`])('is not told by %j', (template) => {
    expect(isSubjectTemplate(template)).toBe(false)
  })
})
