export interface RecordIdentity {
  readonly id: string
  readonly type: string
}

/** The identity that a record states, or undefined where it states none: such a record is kept, not indexed. */
export function identityOf(text: string): RecordIdentity | undefined {
  try {
    const record: unknown = JSON.parse(text)
    if (typeof record !== 'object' || record === null || !('id' in record)) return undefined
    if (typeof record.id !== 'string' || record.id === '') return undefined
    return { id: record.id, type: 'type' in record ? String(record.type) : '' }
  } catch {
    // No JSON: the log keeps what it was given.
    return undefined
  }
}
