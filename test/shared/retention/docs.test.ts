import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { DISK_STEPS } from '../../../shared/retention/disk-level.ts'
import { HOLDS_MAX, KEEP_YEARS_MAX, VERSIONS_MAX } from '../../../shared/retention/limits.ts'
import { createPolicy } from '../../../shared/retention/policy.ts'
import { PRECEDENCE } from '../../../shared/retention/precedence.ts'
import { UNPROVEN_US_MAX } from '../../../shared/retention/trusted-time.ts'
import { parseDurationUs } from '../../../shared/time/duration.ts'
import { historyOf, law, type Written } from './run.ts'

const page = readFileSync('docs/law.md', 'utf8')

/** The cells of the table that has this header, without it. */
function tableOf(header: string): string[][] {
  const lines = page.split('\n')
  const first = lines.findIndex((line) => line.replaceAll(/\s+/g, ' ').trim() === header) + 2
  const rest = lines.slice(first)
  const rows = rest.slice(
    0,
    rest.findIndex((line) => !line.startsWith('|')),
  )
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('the page on the law', () => {
  it('has the precedence that decides', () => {
    expect(tableOf('| | rule | when | verdict |')).toEqual(
      PRECEDENCE.map(({ rule, when, verdict }, index) => [
        `${index + 1}`,
        `\`${rule}\``,
        when,
        `\`${verdict}\``,
      ]),
    )
  })

  it('has the levels of the disk', () => {
    expect(tableOf('| level | from | does |')).toEqual(
      DISK_STEPS.map(({ level, fromShare, does }) => [`\`${level}\``, `${fromShare * 100} %`, does]),
    )
  })

  it('has a law that is taken, and means what is said beside it', () => {
    const written = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as Record<
      'lawClasses' | 'laws',
      Written[]
    >
    const { classOf } = createPolicy(historyOf(law(written.lawClasses, written.laws)))
    expect(
      ['line1/mixer/heat', 'line1/oven/batch', 'fleet/t1/d17/speed', 'hall'].map((tag) => classOf(tag).name),
    ).toEqual(['batch-record', 'batch-record', 'driver', 'default'])
  })

  it('has the bounds of the code', () => {
    const text = page.replaceAll(/\s+/g, ' ')
    expect(text).toContain(`up to ${UNPROVEN_US_MAX / parseDurationUs('1d')} days in all`)
    expect(text).toContain(`The longest is \`${KEEP_YEARS_MAX}y\``)
    expect(text).toContain(`A store takes ${VERSIONS_MAX.toLocaleString('en')} revisions`)
    expect(text).toContain(`At most ${HOLDS_MAX.toLocaleString('en')} holds`)
  })
})
