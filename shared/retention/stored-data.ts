/** What is decided on: a piece of data of one tag, deleted as a whole or not at all. Times are microseconds since 1970 UTC. */
export interface StoredData {
  readonly tag: string
  /** Event times of its oldest and newest sample; of a quarantined sample the time of receipt stands for them. */
  readonly eventFromUs: number
  readonly eventToUs: number
  /** Receipt of its first and last sample (`receiptUs` of the trusted time). */
  readonly ingestFromUs: number
  readonly ingestToUs: number
  /** The revision of the law in force when its first sample came; 0 before any. */
  readonly lawRevision: number
  /** Raw samples, or what was computed from them. */
  readonly form: 'raw' | 'rollup'
  /** Whom it is about, as `subjectOf` said when it was stored. */
  readonly subject?: string
}

/** Terms run from the later of event and receipt, so that neither a machine's clock nor the gateway's alone ends one. */
export const termStartUs = ({
  eventToUs,
  ingestToUs,
}: Pick<StoredData, 'eventToUs' | 'ingestToUs'>): number => Math.max(eventToUs, ingestToUs)
