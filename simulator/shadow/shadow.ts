import type { JsonObject } from '../../shared/bytes/json.ts'
import { reject, type ShadowRejection } from './rejection.ts'
import { deltaOf, mergeSection, type Section, timesOf } from './section.ts'
import type { ShadowUpdate } from './update-request.ts'

/** A shadow as it is kept; a deleted one keeps its number, so that one made soon after goes on with it. */
export interface Shadow {
  readonly desired?: Section
  readonly reported?: Section
  readonly version: number
  /** Seconds since 1970. */
  readonly deletedS?: number
}

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
/** Of desired and reported together as JSON; the metadata is free. AWS raises it up to 30,720 on request. */
export const STATE_BYTES_MAX = 8192

const isAlive = (shadow: Shadow | undefined): shadow is Shadow =>
  shadow !== undefined && shadow.deletedS === undefined

/** Merges an update into a shadow; undefined is one that was never written. */
export function updateShadow(
  before: Shadow | undefined,
  update: ShadowUpdate,
  nowS: number,
  stateBytesMax: number = STATE_BYTES_MAX,
): ShadowChange | ShadowRejection {
  const alive = isAlive(before) ? before : undefined
  const conflict = versionConflict(alive, update.version)
  if (conflict !== undefined) return conflict
  const patch = update.state ?? { desired: null, reported: null }
  const [desired, reported] = (['desired', 'reported'] as const).map((name) => {
    const sent = patch[name]
    return sent === undefined ? alive?.[name] : mergeSection(alive?.[name], sent, nowS)
  })
  if (sizeOf(desired) + sizeOf(reported) > stateBytesMax) {
    return reject(413, 'The payload exceeds the maximum size allowed')
  }
  const shadow: Shadow = {
    ...(desired === undefined ? {} : { desired }),
    ...(reported === undefined ? {} : { reported }),
    version: nextVersion(before, nowS),
  }
  const token = update.clientToken === undefined ? {} : { clientToken: update.clientToken }
  const rest = { version: shadow.version, timestamp: nowS, ...token }
  const delta = deltaIn(shadow)
  return {
    shadow,
    // Of the request's own fields, nulls included; a state of null has one time.
    accepted: { state: update.state, metadata: timesOf(update.state, nowS), ...rest },
    delta: delta === undefined ? undefined : { state: delta.state, metadata: delta.metadata, ...rest },
    documents: {
      previous: alive === undefined ? null : documentOf(alive),
      current: documentOf(shadow),
      timestamp: nowS,
      ...token,
    },
  }
}

/** The answer to GetThingShadow; undefined where there is no shadow. */
export function readShadow(shadow: Shadow | undefined, nowS: number): JsonObject | undefined {
  if (!isAlive(shadow)) return undefined
  const document = documentOf(shadow)
  const delta = deltaIn(shadow)
  const state = { ...document.state, ...(delta === undefined ? {} : { delta: delta.state }) }
  return { ...document, state, timestamp: nowS }
}

/** What is kept of a deleted shadow, and the answer; undefined where there is none. */
export function deleteShadow(
  shadow: Shadow | undefined,
  nowS: number,
): { readonly shadow: Shadow; readonly accepted: JsonObject } | undefined {
  if (!isAlive(shadow)) return undefined
  const { version } = shadow
  return { shadow: { version, deletedS: nowS }, accepted: { version, timestamp: nowS } }
}

function versionConflict(
  alive: Shadow | undefined,
  version: number | undefined,
): ShadowRejection | undefined {
  if (version === undefined) return undefined
  if (alive === undefined) return version === 1 ? undefined : reject(400, 'Invalid version')
  return version === alive.version ? undefined : reject(409, 'Version conflict')
}

function nextVersion(before: Shadow | undefined, nowS: number): number {
  const isForgotten = before?.deletedS !== undefined && nowS - before.deletedS > REMEMBERED_S
  return before === undefined || isForgotten ? 1 : before.version + 1
}

const deltaIn = ({ desired, reported }: Shadow): Section | undefined =>
  desired === undefined ? undefined : deltaOf(desired, reported?.state ?? {})

const sizeOf = (section: Section | undefined): number =>
  section === undefined ? 0 : Buffer.byteLength(JSON.stringify(section.state))

function documentOf({ desired, reported, version }: Shadow) {
  const partOf = (part: keyof Section): JsonObject => ({
    ...(desired === undefined ? {} : { desired: desired[part] }),
    ...(reported === undefined ? {} : { reported: reported[part] }),
  })
  return { state: partOf('state'), metadata: partOf('metadata'), version }
}
