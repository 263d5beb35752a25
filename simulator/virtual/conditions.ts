/**
 * What the world is like at the moment. The fault plan changes it, the simulated bus, disk and cloud look at it;
 * in the quiet phase it is `calm()`.
 */
export interface Conditions {
  bus: BusConditions
  disk: DiskConditions
  cloud: CloudConditions
}

export interface BusConditions {
  /** A delivery to one subscriber is dropped: local topics of Greengrass promise no more than an attempt. */
  readonly lossProbability: number
  /** A delivery to one subscriber happens twice, one right after the other. */
  readonly duplicateProbability: number
  /** A hop takes long; all that is behind it on the same connection waits as well. */
  readonly delayProbability: number
  readonly delayMeanUs: number
  /** The nucleus does not answer a call, whether or not it has carried it out. */
  readonly silenceProbability: number
}

export interface DiskConditions {
  /** Every write is refused; reading works. */
  readonly full: boolean
  /** Times the usual latency. */
  readonly slowness: number
  /** One write is refused with an I/O error; the next may succeed. */
  readonly errorProbability: number
}

export interface CloudConditions {
  readonly linkUp: boolean
  /** The message arrives, its acknowledgement does not: the sender has to try again. */
  readonly lostAcknowledgementProbability: number
  /** QoS 1 delivers twice. */
  readonly duplicateProbability: number
}

export const calm = (): Conditions => ({
  bus: {
    lossProbability: 0,
    duplicateProbability: 0,
    delayProbability: 0,
    delayMeanUs: 0,
    silenceProbability: 0,
  },
  disk: { full: false, slowness: 1, errorProbability: 0 },
  cloud: { linkUp: true, lostAcknowledgementProbability: 0, duplicateProbability: 0 },
})
