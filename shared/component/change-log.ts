import * as z from 'zod'
import { ComponentChange, type Make } from '../contract/changes.ts'
import type { ClockReading } from '../retention/trusted-time.ts'
import type { ConfigDigests } from './config-feed.ts'

/** Told again until nobody can have missed them; older ones only matter if the historian was away for all of these. */
const KEPT_MAX = 8
/** A deployment has begun and ended by then: what changes later is not its work. */
const DEPLOYMENT_US_MAX = 600_000_000
/** Names of members that an entry lists. */
const KEYS_MAX = 16

const Saved = z.object({
  kept: z.array(ComponentChange),
  make: z.object({ version: z.string(), code: z.string(), configuration: z.string() }).nullable(),
  keys: z.record(z.string(), z.string()),
  deployment: z.object({ id: z.string(), atUs: z.number() }).optional(),
})
/** What outlives the process. */
export type SavedChanges = z.output<typeof Saved>

const NOTHING: SavedChanges = { kept: [], make: null, keys: {} }

export interface ChangeLogParts {
  readonly component: string
  readonly version: string
  /** Digest of what runs; asked for once something is said. */
  readonly code: () => string
  readonly readClocks: () => ClockReading
}

/** The changes of one component: of version, code and configuration. A start that changes nothing is none. */
export class ChangeLog {
  readonly #parts: ChangeLogParts
  #saved: SavedChanges

  /** @param saved by an earlier process; what cannot be read counts as nothing */
  constructor(parts: ChangeLogParts, saved: unknown) {
    this.#parts = parts
    this.#saved = Saved.safeParse(saved).data ?? NOTHING
  }

  get saved(): SavedChanges {
    return this.#saved
  }

  /** The process runs, or another configuration is in force. @returns false when that is nothing new */
  take(kind: ComponentChange['kind'], { digest, keys }: ConfigDigests): boolean {
    const { version, code } = this.#parts
    const make: Make = { version, code: code(), configuration: digest }
    const before = this.#saved.make
    if (before !== null && JSON.stringify(before) === JSON.stringify(make)) return false
    const names = new Set([...Object.keys(keys), ...Object.keys(this.#saved.keys)])
    const changed = before === null ? [] : [...names].filter((name) => keys[name] !== this.#saved.keys[name])
    this.#add({ kind, result: 'done', reason: '', after: make, keys: changed.slice(0, KEYS_MAX) })
    this.#saved = { ...this.#saved, make, keys }
    return true
  }

  /** @returns false when the last change was the same: a component that is started again and again says it once */
  refuse(kind: ComponentChange['kind'], reason: string): boolean {
    const last = this.#saved.kept.at(-1)
    if (last?.result === 'refused' && last.kind === kind && last.reason === reason) return false
    this.#add({ kind, result: 'refused', reason, after: null, keys: [] })
    return true
  }

  /** What changes in the next minutes is its work. */
  noteDeployment(id: string): void {
    this.#saved = { ...this.#saved, deployment: { id, atUs: this.#parts.readClocks().wallUs } }
  }

  #add(change: Pick<ComponentChange, 'kind' | 'result' | 'reason' | 'after' | 'keys'>): void {
    const { component, readClocks } = this.#parts
    const { wallUs, monotonicUs, bootId } = readClocks()
    const { kept, make, deployment } = this.#saved
    const isOfDeployment = deployment !== undefined && Math.abs(wallUs - deployment.atUs) <= DEPLOYMENT_US_MAX
    const added: ComponentChange = {
      v: 1,
      component,
      n: Math.max((kept.at(-1)?.n ?? 0) + 1, Math.floor(wallUs / 1000)),
      ...change,
      ...(isOfDeployment ? { deployment: deployment.id } : {}),
      before: make,
      atUs: wallUs,
      monotonicUs,
      bootId,
    }
    this.#saved = { ...this.#saved, kept: [...kept, added].slice(-KEPT_MAX) }
  }
}
