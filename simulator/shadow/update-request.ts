import { isUtf8 } from 'node:buffer'
import { type Json, type JsonObject, readJson } from '../../shared/bytes/json.ts'
import { reject, type ShadowRejection } from './rejection.ts'
import { isObject } from './section.ts'

/** An update of a shadow that is what the service takes. */
export interface ShadowUpdate {
  /** Null clears both sections. */
  readonly state: {
    readonly desired?: JsonObject | null
    readonly reported?: JsonObject | null
  } | null
  /** The version that the sender has seen. */
  readonly version: number | undefined
  readonly clientToken: string | undefined
}

/** "JSON contains too many levels of nesting; maximum is 6"; maps and lists count, a section's own level is the first. */
const DEPTH_MAX = 6
const TOKEN_BYTES_MAX = 64

/** A refusal with the token of the request, where that was read already. */
export type RefusedUpdate = ShadowRejection & { readonly clientToken?: string }

/** Reads what was sent, in the order in which the service looks at it. */
export function readShadowUpdate(payload: Uint8Array): ShadowUpdate | RefusedUpdate {
  if (!isUtf8(payload)) return reject(415, 'Unsupported documented encoding; supported encoding is UTF-8')
  const document = readJson(Buffer.from(payload).toString('utf8'))
  if (!isObject(document)) return reject(400, 'Invalid JSON')
  const { state, version, clientToken } = document
  if (state === undefined) return reject(400, 'Missing required node: state')
  if (state !== null && !isObject(state)) return reject(400, 'State node must be an object')
  const { desired, reported } = state ?? {}
  if (!isSection(desired)) return reject(400, 'Desired node must be an object')
  if (!isSection(reported)) return reject(400, 'Reported node must be an object')
  if (!isToken(clientToken)) return reject(400, 'Invalid clientToken')
  const fault = sectionFault(desired ?? {}) ?? sectionFault(reported ?? {}) ?? versionFault(version)
  if (fault !== undefined) return clientToken === undefined ? fault : { ...fault, clientToken }
  const sections = {
    ...(desired === undefined ? {} : { desired }),
    ...(reported === undefined ? {} : { reported }),
  }
  return {
    state: state === null ? null : sections,
    version: typeof version === 'number' ? version : undefined,
    clientToken,
  }
}

function sectionFault(section: JsonObject): ShadowRejection | undefined {
  if (depthOf(section) > DEPTH_MAX) {
    return reject(400, `JSON contains too many levels of nesting; maximum is ${DEPTH_MAX}`)
  }
  return hasNullInList(section) ? reject(400, 'State contains an invalid node') : undefined
}

const versionFault = (version: Json | undefined): ShadowRejection | undefined =>
  version === undefined || version === null || Number.isInteger(version)
    ? undefined
    : reject(400, 'Invalid version')

const isSection = (value: Json | undefined): value is JsonObject | null | undefined =>
  value === undefined || value === null || isObject(value)

const isToken = (value: Json | undefined): value is string | undefined =>
  value === undefined || (typeof value === 'string' && Buffer.byteLength(value) <= TOKEN_BYTES_MAX)

function depthOf(value: Json): number {
  if (value === null || typeof value !== 'object') return 0
  return 1 + Math.max(0, ...Object.values(value).map((item) => depthOf(item ?? null)))
}

function hasNullInList(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(value) && value.includes(null)) return true
  return Object.values(value).some((item) => hasNullInList(item ?? null))
}
