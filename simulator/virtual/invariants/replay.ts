import { Producer } from '../../../shared/contract/producers.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { Application } from '../../../shared/processing/application.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import { settingsOf } from '../../../shared/processing/settings.ts'
import { type Evidence, type Violation, violation } from '../evidence.ts'
import { samplesOf, sampleText } from '../frame-content.ts'

const INVARIANT =
  'the processor gives, over all deaths, the outputs of one pass over the journal, to the byte'

/**
 * Its state is a pure function of the log, so a processor that was never interrupted says what this one had to say:
 * every revision of every window and every alarm, in the same order. This is about recovery; whether the records are
 * right is another question (`windows.ts`).
 */
export function checkReplay(evidence: Pick<Evidence, 'journal' | 'processor'>): Violation[] {
  const { name, version, configuration } = evidence.processor
  if (configuration === undefined) return []
  const settings = settingsOf(ProcessorConfig.parse(configuration))
  const application = new Application({ component: name, version, thing: '' }, settings)
  const expected: Outputs = { records: [], derived: [] }
  const given: Outputs = { records: [], derived: [] }
  for (const { lsn, frame } of evidence.journal) {
    const { records, derived } = application.apply(lsn, frame.body === 'samples' ? frame : undefined)
    expected.records.push(...records)
    expected.derived.push(...derived.flatMap(({ columns }) => columns.flatMap(textsOf)))
    if (frame.header.producer !== Producer.records) continue
    if (frame.body === 'records') given.records.push(...frame.records)
    else given.derived.push(...frame.columns.flatMap(textsOf))
  }
  return [...compare('records', expected.records, given.records), ...compareDerived(expected, given)]
}

interface Outputs {
  readonly records: string[]
  /** Each sample with its tag. */
  readonly derived: string[]
}

const textsOf = (column: Column): string[] =>
  [...samplesOf(column)].map((sample) => `${column.tag} ${sampleText(sample)}`)

/** Frames gather the samples of several inputs by tag, so only those of one tag keep their order. */
function compareDerived(expected: Outputs, given: Outputs): Violation[] {
  const byTag = (texts: readonly string[]): string[] =>
    texts
      .map((text, index) => ({ text, index, tag: text.slice(0, text.indexOf(' ')) }))
      .sort((a, b) => (a.tag === b.tag ? a.index - b.index : a.tag < b.tag ? -1 : 1))
      .map(({ text }) => text)
  return compare('derived samples', byTag(expected.derived), byTag(given.derived))
}

function compare(what: string, expected: readonly string[], given: readonly string[]): Violation[] {
  const first = expected.findIndex((record, index) => record !== given[index])
  if (first < 0 && given.length === expected.length) return []
  const at = first < 0 ? expected.length : first
  return [
    violation(
      INVARIANT,
      `${given.length} ${what}, not ${expected.length}; the first difference is number ${at}`,
      [`given     ${given[at] ?? 'nothing'}`, `expected  ${expected[at] ?? 'nothing'}`],
    ),
  ]
}
