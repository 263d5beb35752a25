import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** The habits of CONTRIBUTING.md that a machine can check; each failure names file and line. */
const FILE_LINES_MAX = 250
const TEST_FILE_LINES_MAX = 400
const FUNCTION_LINES_MAX = 70

/** What component logic gets from its host instead, so that a virtual clock and a seed decide everything. */
const AMBIENT_CALLS = [
  { pattern: /\bDate\.now\(/, instead: 'host.clock.wallUs()' },
  { pattern: /\bnew Date\(\)/, instead: 'host.clock.wallUs()' },
  { pattern: /\bMath\.random\(/, instead: 'a value from the configuration or the store' },
  { pattern: /\bperformance\.now\(/, instead: 'host.clock.monotonicMs()' },
  { pattern: /\b(setTimeout|setInterval|setImmediate)\(/, instead: 'host.scheduler' },
  { pattern: /\bprocess\./, instead: 'a capability of the host' },
  { pattern: /\bconsole\./, instead: 'host.log' },
  { pattern: /\b(bufferTime|windowTime|debounceTime|throttleTime|auditTime)\(/, instead: 'event time' },
]
/** The one host on a real machine, and the lines that start a component on it. */
const HOSTS = /^(shared\/greengrass\/|components\/[^/]+\/main\.ts$)/

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

function findLines(pattern: RegExp, paths: RegExp, except?: RegExp): string[] {
  return sources
    .filter(({ path }) => paths.test(path) && !except?.test(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
        .filter(({ line }) => pattern.test(line.replace(/^\s*(\*|\/\/|\/\*\*).*$/, '')))
        .map(({ place, line }) => `${place} ${line.trim()}`),
    )
}

function longFunctions(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const first = file.getLineAndCharacterOfPosition(node.getStart()).line
      const last = file.getLineAndCharacterOfPosition(node.getEnd()).line
      if (last - first + 1 > FUNCTION_LINES_MAX) found.push(`${path}:${first + 1} ${last - first + 1} lines`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

describe('habits of the code', () => {
  it('keeps a file to one subject of at most 250 lines, a test file to 400', () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > (path.startsWith('test/') ? TEST_FILE_LINES_MAX : FILE_LINES_MAX))
    expect(long).toEqual([])
  })

  it('keeps functions to 70 lines', () => {
    const product = sources.filter(({ path }) => !path.startsWith('test/'))
    expect(product.flatMap(({ path, text }) => longFunctions(path, text))).toEqual([])
  })

  it.each(AMBIENT_CALLS)(
    'component logic takes $instead from its host instead of $pattern',
    ({ pattern }) => {
      expect(findLines(pattern, /^(components|shared)\//, HOSTS)).toEqual([])
    },
  )

  it('leaves no unfinished work behind', () => {
    expect(findLines(/\b(TODO|FIXME|XXX|HACK)\b/, /./, /^test\/style\//)).toEqual([])
    const switchedOff = /\b(it|test|describe)\.(skip|only|todo|fails)\b/
    expect(findLines(switchedOff, /^test\//, /^test\/style\//)).toEqual([])
  })

  it('spells topics in the contract alone', () => {
    expect(findLines(/['"`]genba\/v1/, /^(components|shared)\//, /^shared\/contract\/topics\.ts$/)).toEqual(
      [],
    )
  })

  it('escapes the type checker nowhere', () => {
    expect(
      findLines(
        /@ts-(ignore|nocheck|expect-error)|biome-ignore|\bas any\b|\bas unknown as\b/,
        /./,
        /^test\/style\//,
      ),
    ).toEqual([])
  })

  it('gives each component its entry, its definition, its configuration and its page', () => {
    const names = new Set(
      sources
        .map(({ path }) => /^components\/([^/]+)\//.exec(path)?.[1])
        .filter((name) => name !== undefined),
    )
    const missing = [...names].flatMap((name) =>
      ['main.ts', 'component.ts', 'config.ts', 'README.md']
        .map((part) => `components/${name}/${part}`)
        .filter((part) => !existsSync(part)),
    )
    expect(names.size).toBeGreaterThanOrEqual(4)
    expect(missing).toEqual([])
  })
})
