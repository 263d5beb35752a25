import type { LawQuestion } from '../../shared/contract/law-request.ts'
import type { ProcessorQuestion } from '../../shared/contract/processor-request.ts'
import type { HistorianClient } from '../../shared/reading/historian-client.ts'
import type { IotCore } from '../cloud/iot-core.ts'
import type { FlavourName } from '../nucleus/flavour.ts'
import type { Nucleus } from '../nucleus/nucleus.ts'
import type { AskClient } from './ask-client.ts'
import type { Configurations, Installation } from './deployments.ts'
import type { HealthBoard } from './health-board.ts'
import type { HistorySource } from './history/source.ts'
import type { StateDirectory } from './state-directory.ts'
import type { StatusReport } from './status-report.ts'

export interface GatewayOptions {
  readonly installation: Installation
  readonly state: StateDirectory
  readonly flavour: FlavourName
  readonly configurations: Configurations
}

/** A running gateway: a core device with its components, its cloud, and the socket by which commands reach it. */
export interface Gateway {
  readonly state: StateDirectory
  readonly nucleus: Nucleus
  readonly cloud: IotCore
  readonly board: HealthBoard
  readonly historian: HistorianClient
  /** Of the same historian. */
  readonly history: HistorySource
  readonly processor: AskClient<ProcessorQuestion>
  /** The historian's part that keeps the law. */
  readonly law: AskClient<LawQuestion>
  status(): StatusReport
  isLinkUp(): boolean
  setLink(up: boolean): void
  /** Aborted when a command asks the gateway to stop. */
  readonly stopAsked: AbortSignal
  /** Leaves no process and no socket. */
  stop(): Promise<void>
}
