import type { LawQuestion } from '../../shared/contract/law-request.ts'
import type { ProcessorQuestion } from '../../shared/contract/processor-request.ts'
import type { HistorianClient } from '../../shared/reading/historian-client.ts'
import type { ControlPlane } from '../cloud/control-plane.ts'
import type { IotCore } from '../cloud/iot-core.ts'
import type { Nucleus } from '../nucleus/core-device.ts'
import type { FlavourName } from '../nucleus/flavour.ts'
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
  /** Of the simulated account; `DEFAULT_REGION` when left out. */
  readonly region?: string
  /** `DEFAULT_ACCOUNT` when left out. */
  readonly account?: string
  /** False for a core device without any component of this project. */
  readonly hasComponents?: boolean
}

/** The thing group of every simulated gateway, to which the components of the project are deployed. */
export const GATEWAY_GROUP = 'genba-gateways'

/** A running gateway: a core device with its components, its cloud, and the socket by which commands reach it. */
export interface Gateway {
  readonly state: StateDirectory
  readonly nucleus: Nucleus
  readonly cloud: IotCore
  readonly control: ControlPlane
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
