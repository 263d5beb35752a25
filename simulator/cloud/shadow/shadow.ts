import * as z from 'zod'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { deltaOf, mergeSection, metadataOf, type Section } from './merge-state.ts'
import { reject, type ShadowRejection } from './rejection.ts'
import type { ShadowUpdate } from './shadow-update.ts'

const Json = z.record(z.string(), z.json())
const StoredSection = z.object({ state: Json, metadata: Json })

/** A shadow as it is kept; a deleted one keeps its number, so that one made soon after goes on with it. */
export const Shadow = z.object({
  desired: StoredSection.optional(),
  reported: StoredSection.optional(),
  version: z.number().int(),
  deletedS: z.number().optional(),
})
export type Shadow = Readonly<z.output<typeof Shadow>>

/** What an update does: the shadow after it, and the messages that tell of it. */
export interface ShadowChange {
  readonly shadow: Shadow
  readonly accepted: JsonObject
  /** Undefined where nothing differs. */
  readonly delta: JsonObject | undefined
  readonly documents: JsonObject
}

/** "A deleted shadow's version … 48 hours". */
const REMEMBERED_S = 48 * 3600
/** Of desired and reported together, as JSON: the quota, and the highest that it can be raised to. */
export const STATE_BYTES_MAX = 8192
export const RAISED_STATE_BYTES_MAX = 30_720

const isAlive = (shadow: Shadow | undefined): shadow is Shadow =>
  shadow !== undefined && shadow.deletedS === undefined

/** Merges a device's or a service's update into a shadow. */
export function updateShadow(
  before: Shadow | undefined,
  update: ShadowUpdate,
  nowS: number,
  stateBytesMax = STATE_BYTES_MAX,
): ShadowChange | ShadowRejection {
  const alive = isAlive(before) ? before : undefined
  if (update.version !== undefined) {
    if (alive === undefined && update.version !== 1) return reject(400, 'Invalid version')
    if (alive !== undefined && update.version !== alive.version) return reject(409, 'Version conflict')
  }
  const { state } = update
  const patch = state === null ? { desired: null, reported: null } : state
  const desired =
    patch.desired === undefined ? alive?.desired : mergeSection(alive?.desired, patch.desired, nowS)
  const reported =
    patch.reported === undefined ? alive?.reported : mergeSection(alive?.reported, patch.reported, nowS)
  if (sizeOf(desired) + sizeOf(reported) > stateBytesMax) {
    return reject(413, 'The payload exceeds the maximum size allowed')
  }
  const shadow: Shadow = {
    ...(desired === undefined ? {} : { desired: desired as z.output<typeof StoredSection> }),
    ...(reported === undefined ? {} : { reported: reported as z.output<typeof StoredSection> }),
    version: nextVersion(before, nowS),
  }
  const delta = desired === undefined ? undefined : deltaOf(desired, reported?.state ?? {})
  const token = update.clientToken === undefined ? {} : { clientToken: update.clientToken }
  const rest = { version: shadow.version, timestamp: nowS, ...token }
  return {
    shadow,
    accepted: { state, metadata: patchMetadata(state, nowS), ...rest },
    delta: delta === undefined ? undefined : { ...rest, state: delta.state, metadata: delta.metadata },
    documents: {
      previous: alive === undefined ? null : documentOf(alive),
      current: documentOf(shadow),
      timestamp: nowS,
      ...token,
    },
  }
}

/** GetThingShadow. */
export function readShadow(shadow: Shadow | undefined, nowS: number): JsonObject | undefined {
  if (!isAlive(shadow)) return undefined
  const document = documentOf(shadow)
  const delta =
    shadow.desired === undefined ? undefined : deltaOf(shadow.desired, shadow.reported?.state ?? {})
  const state = { ...document.state, ...(delta === undefined ? {} : { delta: delta.state }) }
  return { ...document, state, timestamp: nowS }
}

/** DeleteThingShadow: what is kept, and the answer; undefined where there is none. */
export function deleteShadow(shadow: Shadow | undefined, nowS: number) {
  if (!isAlive(shadow)) return undefined
  return {
    shadow: { version: shadow.version, deletedS: nowS } satisfies Shadow,
    accepted: { version: shadow.version, timestamp: nowS },
  }
}

function nextVersion(before: Shadow | undefined, nowS: number): number {
  const isForgotten = before?.deletedS !== undefined && nowS - before.deletedS > REMEMBERED_S
  return before === undefined || isForgotten ? 1 : before.version + 1
}

const sizeOf = (section: Section | undefined): number =>
  section === undefined ? 0 : Buffer.byteLength(JSON.stringify(section.state))

function documentOf({ desired, reported, version }: Shadow) {
  const sections = { ...(desired && { desired }), ...(reported && { reported }) }
  const of = (part: 'state' | 'metadata'): JsonObject =>
    Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, section[part]]))
  return { state: of('state'), metadata: of('metadata'), version }
}

/** Times of what the request itself named. */
function patchMetadata(state: ShadowUpdate['state'], nowS: number): JsonObject {
  if (state === null) return { timestamp: nowS }
  const named = Object.entries(state).filter(([, section]) => section !== null && section !== undefined)
  return Object.fromEntries(named.map(([name, section]) => [name, metadataOf(section ?? null, nowS)]))
}
