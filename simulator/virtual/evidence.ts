import { Producer } from '../../shared/contract/producers.ts'
import { tryDecode } from '../../shared/frame/attempt.ts'
import type { Frame } from '../../shared/frame/frame.ts'
import { openJournal } from '../../shared/journal/open.ts'
import type { JournalVerification } from '../../shared/journal/verify/verification.ts'
import { verifyJournal } from '../../shared/journal/verify/verify.ts'
import type { MemoryDisk } from '../../shared/store/memory-store.ts'
import type { LiveRules } from './invariants/live-samples.ts'
import type { CloudMessage } from './iot-core.ts'
import type { Ledger } from './ledger.ts'
import type { LiveMachine } from './workload/live-machine.ts'
import type { MachineFile } from './workload/machine-file.ts'
import type { WindowPlan } from './workload/site.ts'

/** All that is known at the end of a run, for the invariants to look at. */
export interface Evidence {
  readonly journal: readonly JournaledFrame[]
  /** Of the whole store; undefined when the historian has never had one. */
  readonly verification: JournalVerification | undefined
  readonly ledger: Ledger
  readonly files: readonly MachineFile[]
  readonly machines: readonly LiveMachine[]
  readonly live: LiveRules
  readonly cloud: readonly CloudMessage[]
  /** Undefined when the windows changed on the way: which change met which frame only the processor knows. */
  readonly windows: readonly WindowPlan[] | undefined
  /** The component that made the records, and what it was configured with; that as well may be undefined. */
  readonly processor: { readonly name: string; readonly version: string; readonly configuration: unknown }
}

export interface JournaledFrame {
  readonly lsn: number
  readonly frame: Frame
  readonly bytes: Uint8Array
}

/** Records that others follow: the audit trail stays with the historian. */
export const followedRecords = ({ header, ...frame }: Frame): readonly string[] =>
  'records' in frame && header.producer !== Producer.audit ? frame.records : []

/** A property that does not hold, with as much of the difference as a person reads. */
export interface Violation {
  readonly invariant: string
  readonly text: string
  readonly details: readonly string[]
}

const DETAILS_MAX = 8

export function violation(invariant: string, text: string, details: readonly string[]): Violation {
  const shown = details.slice(0, DETAILS_MAX)
  const rest = details.length - shown.length
  return { invariant, text, details: rest > 0 ? [...shown, `and ${rest} more`] : shown }
}

const PAGE_BYTES = 1 << 20

/** Checks the historian's store as its disk was left behind. */
export async function verifyStore(disk: MemoryDisk): Promise<JournalVerification> {
  const store = disk.open()
  try {
    return await verifyJournal(store)
  } finally {
    await store.close()
  }
}

/** Everything that is durable in the historian's journal, in log order, read from the disk it left behind. */
export async function readJournal(disk: MemoryDisk): Promise<JournaledFrame[]> {
  const journal = await openJournal(disk.open())
  const frames: JournaledFrame[] = []
  let afterLsn = 0
  while (afterLsn < journal.headLsn) {
    const page = await journal.logPage({ afterLsn, body: 'any', bytesMax: PAGE_BYTES })
    for (const { lsn, bytes } of page.frames) {
      const frame = tryDecode(bytes)
      if (frame !== undefined) frames.push({ lsn, frame, bytes })
    }
    afterLsn = page.readLsn
  }
  await journal.close()
  return frames
}
