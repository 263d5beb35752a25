import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { GenbaError, type Issue } from '../../../shared/errors/genba-error.ts'
import { ruleCheckCommand } from '../../../simulator/cli/commands/rule-check.ts'
import { readProcessorConfig } from '../../../simulator/cli/processor-settings.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { printedBy } from './command-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const file = (text: string): string => folder.write('rules.yaml', text)

function issuesOf(text: string): readonly Issue[] {
  try {
    readProcessorConfig(file(text))
  } catch (error) {
    if (error instanceof GenbaError && error.code === 'GENBA_CONFIG_INVALID') return error.issues
    throw error
  }
  throw new Error('nothing was refused')
}

const RULE = `
rules:
  - name: hot
    sql: SELECT * FROM 'line1/#' WHERE value > 80
    actions: [{ type: cloud }]
`
const filled = (expression: string): string => `\${${expression}}`
const placed = (place: string) =>
  expect.stringMatching(new RegExp(`rules\\.yaml: ${place.replace(/[[\].()]/g, '\\$&')}$`))

describe('a file with the configuration of the processor', () => {
  it('holds it alone, or under the name of the component beside others', () => {
    expect(readProcessorConfig(file(RULE)).rules).toMatchObject([{ name: 'hot' }])
    const indented = RULE.replaceAll('\n', '\n  ')
    const whole = `genba.Collector: { sources: [] }\ngenba.Processor:${indented}`
    expect(readProcessorConfig(file(whole)).rules).toMatchObject([{ name: 'hot' }])
  })

  it('is told of every mistake at once, each with its place', () => {
    const issues = issuesOf(`
windows:
  - { size: 10 }
detections:
  - { name: d, type: threshold, tags: ['a/#b'], abov: 3 }
rules:
  - name: a|b
    sql: SELECT FROM
    actions: []
  - name: ask
    sql: SELECT aws_lambda('f', *) AS x FROM 'a'
    actions: [{ type: cloud }]
  - name: hot
    sql: SELECT * FROM 'a' WHER value > 3
    deadlin: 5ms
    actions: [{ type: derive, tag: 'a/${filled('topic(')}' }]
functions:
  - { name: f }
checkpointEvery: 1ms
`)
    const places = issues.map(({ where }) => where?.replace(/^.*rules\.yaml: /, ''))
    expect(places).toEqual([
      'windows[0].size',
      'detections[0].abov',
      'detections[0].tags[0]',
      'detections[0]',
      'rules[0].name',
      'rules[0].actions',
      'rules[0].sql',
      'rules[1].actions[0]',
      'rules[2].deadlin',
      'rules[2].sql',
      'functions[0].file',
      'checkpointEvery',
    ])
    expect(issues.every(({ where, expected }) => where !== '' && expected !== '')).toBe(true)
  })

  it('shows the place of a mistake in SQL and in texts, and how to mend what is known', () => {
    expect(issuesOf(RULE.replace('WHERE', 'WHER'))).toMatchObject([
      {
        where: placed('rules[0].sql'),
        expected: expect.stringMatching(/^line 1, column 25: expected an operator, WHERE/),
        mend: 'did you mean WHERE?',
      },
    ])
    const actions = `{ type: cloud }, { type: republish, topic: 'a/${filled('tpic(2)')}' }`
    expect(issuesOf(RULE.replace('{ type: cloud }', actions))).toMatchObject([
      {
        where: placed('rules[0].actions[1]'),
        expected: 'line 1, column 5: there is no function "tpic"',
        mend: 'did you mean topic?',
      },
    ])
    const errorAction = `    errorAction: { type: republish, topic: '${filled('topic(')}' }`
    expect(issuesOf(`${RULE.replace('cloud', 'republish, topic: a')}${errorAction}`)).toMatchObject([
      { where: placed('rules[0].errorAction') },
    ])
    expect(issuesOf(RULE.replace('name: hot', 'nam: hot'))).toMatchObject([
      { where: placed('rules[0].nam'), mend: 'did you mean "name"?' },
      { where: placed('rules[0].name') },
    ])
  })

  it.each([
    ['rules of one name', `${RULE}${RULE.replace('rules:\n', '').slice(1)}`, 'rules'],
    [
      'a rule and a detection of one name',
      `${RULE}detections: [{ name: hot, type: missing, tags: ['a'], for: 10s }]`,
      '(configuration)',
    ],
    [
      'two alarms of one rule',
      RULE.replace('{ type: cloud }', '{ type: alarm }, { type: alarm }'),
      'rules[0].actions',
    ],
    ['a name over two lines', RULE.replace('name: hot', 'name: "a\\nb"'), 'rules[0].name'],
    ['a name that is no key', RULE.replace('name: hot', 'name: __proto__'), 'rules[0].name'],
    ['something that is no configuration', '[1, 2]', '(configuration)'],
  ])('is refused for %s', (_, text, place) => {
    expect(issuesOf(text)[0]).toMatchObject({ where: placed(place) })
  })

  it('may be any example of the page on rules', () => {
    const page = readFileSync('docs/rules.md', 'utf8')
    const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) =>
      text.startsWith(' ') ? `rules:\n${text}` : text,
    )
    expect(examples).toHaveLength(3)
    const configs = examples.map((text) => readProcessorConfig(file(text)))
    expect(configs.map(({ rules, tags }) => [rules.length, tags.length])).toEqual([
      [2, 0],
      [0, 1],
      [1, 0],
    ])
  })

  it('is checked by rule check, which counts what it holds and says what comes next', async () => {
    const path = file(RULE)
    expect(await printedBy(ruleCheckCommand, path)).toBe(
      `${path} is valid: 1 window, 0 detections, 1 rule, 0 functions\ntry it on what is stored: genba backtest --config ${path}\n`,
    )
    expect(JSON.parse(await printedBy(ruleCheckCommand, path, '--json'))).toEqual({
      ok: true,
      windows: 1,
      detections: 0,
      rules: 1,
      functions: 0,
    })
    await expect(printedBy(ruleCheckCommand, file('rules: [{}]'))).rejects.toThrow(GenbaError)
  })
})
