import { Producer } from '../../../shared/contract/producers.ts'
import { Application } from '../../../shared/processing/application.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import { settingsOf } from '../../../shared/processing/settings.ts'
import { type Evidence, type Violation, violation } from '../evidence.ts'

const INVARIANT =
  'the processor gives, over all deaths, the records of one pass over the journal, to the byte'

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
  const expected: string[] = []
  const given: string[] = []
  for (const { lsn, frame } of evidence.journal) {
    if (frame.body === 'samples') expected.push(...application.apply(lsn, frame).records)
    else {
      application.apply(lsn, undefined)
      if (frame.header.producer === Producer.records) given.push(...frame.records)
    }
  }
  const first = expected.findIndex((record, index) => record !== given[index])
  if (first < 0 && given.length === expected.length) return []
  const at = first < 0 ? expected.length : first
  return [
    violation(
      INVARIANT,
      `${given.length} records, not ${expected.length}; the first difference is number ${at}`,
      [`given     ${given[at] ?? 'nothing'}`, `expected  ${expected[at] ?? 'nothing'}`],
    ),
  ]
}
