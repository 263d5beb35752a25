import { AnswerDesk } from '../../shared/asking/answer-desk.ts'
import type { Host } from '../../shared/component/host.ts'
import { LawRequest } from '../../shared/contract/law-request.ts'
import { Topic } from '../../shared/contract/topics.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { answerLaw } from '../../shared/law/answer-law.ts'
import { LawKeeper } from '../../shared/law/law-keeper.ts'
import type { RetentionReport } from '../../shared/law/retention-run.ts'
import type { DiskLevel } from '../../shared/retention/disk-level.ts'
import type { ClockReading } from '../../shared/retention/trusted-time.ts'
import { ChangeRecorder } from './change-recorder.ts'
import type { HistorianConfig } from './config.ts'
import { Custodian } from './custodian.ts'
import { followLaw } from './follow-law.ts'
import { LAW_REQUESTS_MAX } from './limits.ts'

interface LawParts {
  readonly journal: Journal
  readonly diskLevel: () => DiskLevel
  readonly config: () => HistorianConfig
  readonly readClocks: () => ClockReading
}

/** The part of the historian that decides what stays: takes the law of the configuration and orders, and carries them out. */
export interface Law {
  readonly keeper: LawKeeper
  /** Erases what must go, of what is sealed. @throws StoreError */
  runRetention(): Promise<RetentionReport>
  /** Resolves once the law of the configuration is in force. */
  start(): Promise<void>
  stop(): Promise<void>
  /** True while data that has to go is erased. */
  readonly isErasing: boolean
}

export const readingOf = ({ clock, bootId }: Pick<Host<unknown>, 'clock' | 'bootId'>): ClockReading => ({
  wallUs: clock.wallUs(),
  monotonicUs: Math.round(clock.monotonicMs() * 1000),
  bootId,
})

export function createLaw(
  host: Host<HistorianConfig>,
  { journal, diskLevel, config, readClocks }: LawParts,
): Law {
  const { bus, clock, scheduler, log, lifecycle } = host
  const keeper = new LawKeeper({ journal, readClocks })
  const fail = (error: unknown) => lifecycle.fail(error)
  const custodian = new Custodian({ journal, keeper, clock, scheduler, log, config, fail })
  const runRetention = () => custodian.runWholeRetention()
  const { component } = host.identity
  const changes = new ChangeRecorder({ bus, journal, keeper, log, component })
  const desk = new AnswerDesk({
    bus,
    log,
    schema: LawRequest,
    atOnceMax: LAW_REQUESTS_MAX,
    answer: (request) => answerLaw({ journal, keeper, diskLevel, runRetention }, request),
  })
  let close = () => Promise.resolve()
  return {
    get isErasing() {
      return custodian.isErasing
    },
    keeper,
    runRetention: () => custodian.runRetention(),
    async start() {
      const laws = await followLaw(host, keeper)
      const orders = await bus.subscribe(Topic.lawRequest, ({ payload }) => desk.accept(payload))
      await changes.start()
      custodian.start()
      close = async () => {
        laws.unsubscribe()
        await Promise.allSettled([orders.close(), changes.stop()])
      }
    },
    async stop() {
      await close()
      await custodian.stop()
    },
  }
}
