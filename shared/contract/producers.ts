/** Producers that others must know by name; all others are `genba.Collector/SOURCE`. */
export const Producer = {
  /** Frames of summaries and alarms. */
  records: 'genba.Processor/records',
  /** The audit trail of the historian. */
  audit: 'genba.Historian/audit',
  /** Frames of signed tree heads. */
  heads: 'genba.Historian/heads',
  /** Alarms of the historian about its disk. */
  historianAlarms: 'genba.Historian/alarms',
} as const

/** Whether the frames of a producer are the historian's own, which no bus has carried. */
export const isHistoriansOwn = (producer: string): boolean => producer.startsWith('genba.Historian/')

/** The name of the historian's Merkle log on a core device, which its signed heads carry. */
export const historianLogOf = (thing: string): string => `${thing}/historian`
