import { type Json, type JsonObject, readJson } from '../../../shared/bytes/json.ts'
import { isObject } from './merge-state.ts'
import { reject, type ShadowRejection } from './rejection.ts'

/** A checked update of a shadow. */
export interface ShadowUpdate {
  readonly state: {
    readonly desired?: JsonObject | null
    readonly reported?: JsonObject | null
  } | null
  readonly version: number | undefined
  readonly clientToken: string | undefined
}

/** "JSON contains too many levels of nesting; maximum is 6", a section's own level counted. */
const DEPTH_MAX = 6
const TOKEN_BYTES_MAX = 64

/** Reads what a device sent, in the order in which the service looks at it. */
export function readShadowUpdate(payload: Uint8Array): ShadowUpdate | ShadowRejection {
  const document = readJson(Buffer.from(payload).toString('utf8')) as Json | undefined
  if (document === undefined || !isObject(document)) return reject(400, 'Invalid JSON')
  const { state, version, clientToken } = document
  if (state === undefined) return reject(400, 'Missing required node: state')
  if (state !== null && !isObject(state)) return reject(400, 'State node must be an object')
  const { desired, reported } = state ?? {}
  if (!isSection(desired)) return reject(400, 'Desired node must be an object')
  if (!isSection(reported)) return reject(400, 'Reported node must be an object')
  if (!isToken(clientToken)) return reject(400, 'Invalid clientToken')
  const fault = sectionFault(desired ?? {}) ?? sectionFault(reported ?? {})
  if (fault !== undefined) return fault
  if (!isVersion(version)) return reject(400, 'Invalid version')
  const sections = {
    ...(desired === undefined ? {} : { desired }),
    ...(reported === undefined ? {} : { reported }),
  }
  return { state: state === null ? null : sections, version: version ?? undefined, clientToken }
}

function sectionFault(section: JsonObject): ShadowRejection | undefined {
  if (depthOf(section) > DEPTH_MAX) {
    return reject(400, `JSON contains too many levels of nesting; maximum is ${DEPTH_MAX}`)
  }
  return hasNullInArray(section) ? reject(400, 'State contains an invalid node') : undefined
}

const isSection = (value: Json | undefined): value is JsonObject | null | undefined =>
  value === undefined || value === null || isObject(value)

const isToken = (value: Json | undefined): value is string | undefined =>
  value === undefined || (typeof value === 'string' && Buffer.byteLength(value) <= TOKEN_BYTES_MAX)

const isVersion = (value: Json | undefined): value is number | null | undefined =>
  value === undefined || value === null || Number.isInteger(value)

function depthOf(value: Json): number {
  if (value === null || typeof value !== 'object') return 0
  return 1 + Math.max(0, ...Object.values(value).map((item) => depthOf(item ?? null)))
}

function hasNullInArray(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(value) && value.includes(null)) return true
  return Object.values(value).some((item) => hasNullInArray(item ?? null))
}
