import type { Json, JsonObject } from '../../../shared/bytes/json.ts'

/** A section of a shadow (desired or reported), and when each leaf of it was last written. */
export interface Section {
  readonly state: JsonObject
  readonly metadata: JsonObject
}

/** Seconds since 1970 of one leaf. */
const stamp = (timestampS: number): JsonObject => ({ timestamp: timestampS })

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/**
 * Merges a patch into a section: null deletes, objects merge, anything else replaces whole.
 * @returns undefined where nothing is left of the section
 */
export function mergeSection(
  before: Section | undefined,
  patch: JsonObject | null,
  timestampS: number,
): Section | undefined {
  if (patch === null) return undefined
  const section = mergeObject(before ?? { state: {}, metadata: {} }, patch, timestampS)
  return Object.keys(section.state).length > 0 ? section : undefined
}

function mergeObject(before: Section, patch: JsonObject, timestampS: number): Section {
  const state: Record<string, Json | undefined> = { ...before.state }
  const metadata: Record<string, Json | undefined> = { ...before.metadata }
  for (const [key, value] of Object.entries(patch)) {
    const merged = value === undefined ? undefined : mergeValue(before, key, value, timestampS)
    if (merged === undefined) {
      delete state[key]
      delete metadata[key]
    } else {
      state[key] = merged.value
      metadata[key] = merged.metadata
    }
  }
  return { state, metadata }
}

function mergeValue(before: Section, key: string, value: Json, timestampS: number) {
  if (value === null) return undefined
  if (!isObject(value)) return { value, metadata: metadataOf(value, timestampS) }
  const old = before.state[key]
  const oldMetadata = before.metadata[key]
  const isMerging = isObject(old) && isObject(oldMetadata)
  const inner = mergeObject(
    isMerging ? { state: old, metadata: oldMetadata } : { state: {}, metadata: {} },
    value,
    timestampS,
  )
  // A new subtree of nothing but nulls is none; an empty object that was sent as one is a value.
  const isNothing = Object.keys(inner.state).length === 0 && Object.keys(value).length > 0
  return isNothing ? undefined : { value: inner.state, metadata: inner.metadata }
}

/** The same tree with a time in place of each leaf; of an array element by element. */
export function metadataOf(value: Json, timestampS: number): Json {
  if (Array.isArray(value)) return value.map((item: Json) => metadataOf(item, timestampS))
  if (!isObject(value)) return stamp(timestampS)
  const entries = Object.entries(value).map(([key, item]) => [key, metadataOf(item ?? null, timestampS)])
  return Object.fromEntries(entries)
}

/**
 * What of the desired section the reported one does not have, with its metadata.
 * @returns undefined where nothing differs
 */
export function deltaOf(desired: Section, reported: JsonObject): Section | undefined {
  const state: Record<string, Json> = {}
  const metadata: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(desired.state)) {
    if (value === undefined) continue
    const other = Object.hasOwn(reported, key) ? reported[key] : undefined
    const times = desired.metadata[key]
    if (isObject(value) && isObject(other) && isObject(times)) {
      const inner = deltaOf({ state: value, metadata: times }, other)
      if (inner !== undefined) {
        state[key] = inner.state
        metadata[key] = inner.metadata
      }
    } else if (!isEqual(value, other)) {
      state[key] = value
      metadata[key] = times
    }
  }
  return Object.keys(state).length > 0 ? { state, metadata } : undefined
}

function isEqual(left: Json, right: Json | undefined): boolean {
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item: Json, index) => isEqual(item, right[index]))
    )
  }
  if (!isObject(left)) return left === right
  if (!isObject(right)) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length && keys.every((key) => isEqual(left[key] ?? null, right[key]))
  )
}
