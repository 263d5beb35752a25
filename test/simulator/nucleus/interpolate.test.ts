import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { FlavourName } from '../../../simulator/nucleus/flavour.ts'
import { interpolate } from '../../../simulator/nucleus/recipe/interpolate.ts'

const variables = (name: string, configuration: JsonObject) => ({
  configuration,
  artifactsPath: `/gg/packages/artifacts/${name}/1.0.0`,
  unarchivedPath: `/gg/packages/artifacts-unarchived/${name}/1.0.0`,
  workPath: `/gg/work/${name}`,
})

function spell(script: string, configuration: JsonObject = {}, flavour: FlavourName = 'java'): string {
  return interpolate(script, {
    own: variables('test.Kiln', configuration),
    rootPath: '/gg',
    thingName: 'line-9',
    dependencies: { 'test.Lib': variables('test.Lib', { port: 8080 }) },
    flavour,
  })
}

describe('a recipe variable', () => {
  it.each([
    ['{artifacts:path}/main.mjs', '/gg/packages/artifacts/test.Kiln/1.0.0/main.mjs'],
    ['{artifacts:decompressedPath}', '/gg/packages/artifacts-unarchived/test.Kiln/1.0.0'],
    ['{work:path} {kernel:rootPath} {iot:thingName}', '/gg/work/test.Kiln /gg line-9'],
    ['{artifacts:nothing} {Work:path}', '{artifacts:nothing} {Work:path}'],
    ['$HOME {HOME} x=(1,2)', '$HOME {HOME} x=(1,2)'],
  ])('%s becomes %s', (script, expected) => {
    expect(spell(script)).toBe(expected)
  })

  it('of the configuration follows a JSON pointer and stays verbatim where nothing is', () => {
    const configuration = { a: { 'b/c': [10, 20] }, text: 'x $& y' }
    const script = '{configuration:/a/b~1c/1} {configuration:/text} {configuration:/a/none} {configuration:a}'
    expect(spell(script, configuration)).toBe('20 x $& y {configuration:/a/none} {configuration:a}')
  })

  it('for a map is JSON with its keys in order', () => {
    expect(spell('{configuration:/m}', { m: { b: 1, A: [true, null] } })).toBe('{"A":[true,null],"b":1}')
  })

  it('for a map has numeric keys in the order of text, and in a list keys by their characters', () => {
    const m = { 10: 1, 9: 2, list: [{ b: 1, A: 2, a: 3 }] }
    expect(spell('{configuration:/m}', { m })).toBe('{"10":1,"9":2,"list":[{"A":2,"a":3,"b":1}]}')
  })

  it('finds nothing behind a list but its elements', () => {
    const script = '{configuration:/l/length} {configuration:/l/01} {configuration:/l/1}'
    expect(spell(script, { l: ['a', 'b'] })).toBe('{configuration:/l/length} {configuration:/l/01} b')
  })

  it('may name the root and the thing by way of a dependency', () => {
    expect(spell('{test.Lib:kernel:rootPath} {test.Lib:iot:thingName}')).toBe('/gg line-9')
  })

  it('for a fraction is spelt with sixteen digits on lite', () => {
    expect(spell('{configuration:/r}', { r: 0.5 }, 'lite')).toBe('0.5000000000000000')
    expect(spell('{configuration:/r}', { r: 3 }, 'lite')).toBe('3')
  })

  it('of a direct dependency works on Java and not on lite', () => {
    const script = '{test.Lib:configuration:/port} {test.Other:work:path}'
    expect(spell(script)).toBe('8080 {test.Other:work:path}')
    expect(spell(script, {}, 'lite')).toBe(script)
  })
})
