import type { Bus, BusMessage, BusSubscription, Log } from '../../shared/component/host.ts'
import { ComponentChange } from '../../shared/contract/changes.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { AuditRecord } from '../../shared/law/audit-record.ts'
import type { LawKeeper } from '../../shared/law/law-keeper.ts'
import { createSerial } from '../../shared/time/serial.ts'
import { AUDIT_PAGE_BYTES, CHANGES_WAITING_MAX } from './limits.ts'

export interface ChangeRecorderParts {
  readonly bus: Pick<Bus, 'subscribe'>
  readonly journal: Pick<Journal, 'logPage' | 'headLsn'>
  readonly keeper: Pick<LawKeeper, 'record'>
  readonly log: Log
  /** Whose own messages a nucleus may leave out where a filter has wildcards. */
  readonly component: string
}

/** Writes what components tell of their changes into the audit trail, each once. */
export class ChangeRecorder {
  readonly #parts: ChangeRecorderParts
  readonly #turns = createSerial()
  #subscriptions: readonly BusSubscription[] = []
  #waiting = 0
  /** The newest change of each component in the trail; undefined until the trail has been read. */
  #recorded: Map<string, number> | undefined
  #isStopped = false

  constructor(parts: ChangeRecorderParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { bus, component } = this.#parts
    const take = (message: BusMessage) => this.#take(message)
    this.#subscriptions = await Promise.all([
      bus.subscribe(Topic.allChanges, take),
      bus.subscribe(Topic.changes(component), take),
    ])
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.close()))
    await this.#turns(async () => undefined)
  }

  #take({ topic, payload }: BusMessage): void {
    const change = 'json' in payload ? ComponentChange.safeParse(payload.json).data : undefined
    // Rights are by topic: nobody tells in another's name.
    if (change === undefined || topic !== Topic.changes(change.component)) return
    if (this.#waiting >= CHANGES_WAITING_MAX) return
    this.#waiting += 1
    this.#turns(() => this.#record(change))
      // It is told again.
      .catch((error: unknown) =>
        this.#parts.log.warn(
          { err: describeError(error) },
          'a change of a component is not in the audit trail yet',
        ),
      )
      .finally(() => {
        this.#waiting -= 1
      })
  }

  async #record(change: ComponentChange): Promise<void> {
    if (this.#isStopped) return
    this.#recorded ??= await this.#readTrail()
    const recorded = this.#recorded
    const { v: _, component, n, kind, result, reason, deployment, before, after, ...more } = change
    if (n <= (recorded.get(component) ?? -1)) return
    const why = deployment === undefined ? '' : `deployment ${deployment}`
    await this.#parts.keeper.record({
      action: kind === 'start' ? 'component-start' : 'component-configuration',
      who: component,
      target: `component ${component}`,
      tags: [],
      result,
      reason: [why, reason].filter((text) => text !== '').join('; '),
      before,
      after: { n, ...(after ?? {}), ...more },
    })
    recorded.set(component, n)
  }

  async #readTrail(): Promise<Map<string, number>> {
    const { journal } = this.#parts
    const recorded = new Map<string, number>()
    for (let afterLsn = 0; afterLsn < journal.headLsn; ) {
      const page = await journal.logPage({ afterLsn, body: 'audit', bytesMax: AUDIT_PAGE_BYTES })
      for (const { bytes } of page.frames) noteRecorded(bytes, recorded)
      afterLsn = page.readLsn
    }
    return recorded
  }
}

function noteRecorded(bytes: Uint8Array, recorded: Map<string, number>): void {
  const frame = decodeFrame(bytes)
  if (frame.body !== 'records') return
  for (const text of frame.records) {
    const record = AuditRecord.safeParse(JSON.parse(text)).data
    if (record === undefined || !record.action.startsWith('component-')) continue
    const n = numberOf(record.after)
    if (n !== undefined) recorded.set(record.who, Math.max(n, recorded.get(record.who) ?? -1))
  }
}

function numberOf(after: AuditRecord['after']): number | undefined {
  const n = after !== null && typeof after === 'object' && !Array.isArray(after) ? after['n'] : undefined
  return typeof n === 'number' ? n : undefined
}
