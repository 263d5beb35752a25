/** Producers that others must know by name; all others are `genba.Collector/SOURCE`. */
export const Producer = {
  /** Frames of summaries and alarms. */
  records: 'genba.Processor/records',
  /** The audit trail of the historian. */
  audit: 'genba.Historian/audit',
} as const
