import type { KeyValueStore, ReadableStore } from '../../store/store.ts'
import type { Catalogue } from './catalogue.ts'
import type { Findings } from './findings.ts'
import type { Leaves } from './leaves.ts'
import type { Remains } from './remains.ts'

/** What the parts of a repair work on. */
export interface Repair {
  readonly source: ReadableStore
  readonly target: KeyValueStore
  readonly remains: Remains
  readonly findings: Findings
  readonly leaves: Leaves
  readonly catalogue: Catalogue
  readonly step: () => void
}
