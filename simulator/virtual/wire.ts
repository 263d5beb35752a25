import type { Json, JsonObject } from '../../shared/bytes/json.ts'
import type { BusPayload } from '../../shared/component/host.ts'

/** A payload as it travels: nobody shares memory with anybody, as between processes. */
export type WirePayload = { readonly json: string } | { readonly bytes: Uint8Array }

/** The nucleus sorts the keys of every object it passes on. */
function sortKeys(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item) ?? null)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]))
}

export function toWire(payload: BusPayload): WirePayload {
  if ('bytes' in payload) return { bytes: payload.bytes.slice() }
  return { json: JSON.stringify(sortKeys(payload.json)) }
}

/** A copy of its own for each receiver. */
export function fromWire(payload: WirePayload): BusPayload {
  if ('bytes' in payload) return { bytes: payload.bytes.slice() }
  const json: JsonObject = JSON.parse(payload.json)
  return { json }
}

export const wireText = (payload: WirePayload): string | Uint8Array =>
  'bytes' in payload ? payload.bytes : payload.json
