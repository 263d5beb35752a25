import { IPC_FRAME_BYTES_MAX } from '../../shared/component/message-size.ts'

export type FlavourName = 'lite' | 'java'

/**
 * What the two nuclei do differently, as data; where a difference is behaviour, modules ask `name`.
 * README.md beside this file numbers and explains the differences.
 */
export interface Flavour {
  readonly name: FlavourName
  /** A longer frame from a client closes its connection without an answer. */
  readonly frameBytesMax: number
  /** One more connection is closed as soon as it is accepted. */
  readonly connectionsMax: number
  /** Local topic subscriptions of the whole core. */
  readonly localSubscriptionsMax: number
  /** Flags of the response of an operation that does not stream. */
  readonly singleResponseFlags: number
  /** How the core calls itself in GGC_VERSION. */
  readonly version: string
  /** Component name under which the core's own configuration is read. */
  readonly ownComponents: readonly string[]
}

const TERMINATE_STREAM = 2

const LITE: Flavour = {
  name: 'lite',
  // GGL_IPC_MAX_MSG_LEN of nucleus lite 2.6.0: one static receive buffer.
  frameBytesMax: IPC_FRAME_BYTES_MAX,
  // GGL_IPC_MAX_CLIENTS.
  connectionsMax: 50,
  // The hundredth subscription failed on a real core.
  localSubscriptionsMax: 99,
  singleResponseFlags: 0,
  version: '2.6.0',
  ownComponents: ['aws.greengrass.NucleusLite', 'aws.greengrass.Nucleus'],
}

const JAVA: Flavour = {
  name: 'java',
  // The message cap of the AWS Common Runtime's event-stream library, which the Java nucleus serves with.
  frameBytesMax: 24 * 1024 * 1024,
  connectionsMax: Number.POSITIVE_INFINITY,
  localSubscriptionsMax: Number.POSITIVE_INFINITY,
  singleResponseFlags: TERMINATE_STREAM,
  version: '2.14.0',
  ownComponents: ['aws.greengrass.Nucleus'],
}

export const flavourOf = (name: FlavourName): Flavour => (name === 'java' ? JAVA : LITE)
