import type { Host } from '../../shared/component/host.ts'
import { Producer } from '../../shared/contract/producers.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { OwnRecords } from '../../shared/journal/own-records.ts'
import type { Announcer } from './announcer.ts'
import type { Committer } from './committer.ts'
import type { HistorianConfig } from './config.ts'
import { DiskAlarm } from './disk-alarm.ts'
import { DiskWatch } from './disk-watch.ts'
import type { IntakeGate } from './intake-gate.ts'
import type { Law } from './law.ts'

export interface DiskParts {
  readonly journal: Journal
  readonly committer: Committer
  readonly announcer: Announcer
  readonly gate: IntakeGate
  readonly law: Pick<Law, 'keeper' | 'runRetention'>
  readonly config: () => HistorianConfig
}

/** The directory of the journal among the component's own. */
export const JOURNAL = 'journal'

export function createDiskWatch(
  { identity, clock, scheduler, log, lifecycle, store }: Host<HistorianConfig>,
  { journal, committer, announcer, gate, law, config }: DiskParts,
): DiskWatch {
  const producer = Producer.historianAlarms
  const alarm = new DiskAlarm({
    records: new OwnRecords({ journal, producer, startedMs: clock.wallUs() / 1000 }),
    append: committer.append.bind(committer),
    wallUs: () => clock.wallUs(),
    by: { component: identity.component, version: identity.version, config: '' },
  })
  return new DiskWatch({
    journal,
    keeper: law.keeper,
    gate,
    alarm,
    measure: () => store.space(JOURNAL),
    runRetention: law.runRetention,
    announceIntake: () => announcer.announceIntake(),
    clock,
    scheduler,
    log,
    config,
    fail: (error) => lifecycle.fail(error),
  })
}
