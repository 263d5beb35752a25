import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../../shared/bytes/json.ts'

/** A section of a shadow (desired or reported), and in the same shape when each leaf was last written. */
export interface Section {
  readonly state: JsonObject
  readonly metadata: JsonObject
}

const EMPTY: Section = { state: {}, metadata: {} }

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
  const section = mergeObject(before ?? EMPTY, patch, timestampS)
  return Object.keys(section.state).length > 0 ? section : undefined
}

/** By way of maps: a key may be called like something that every object inherits. */
function mergeObject(before: Section, patch: JsonObject, timestampS: number): Section {
  const state = new Map(Object.entries(before.state))
  const metadata = new Map(Object.entries(before.metadata))
  for (const [key, value] of Object.entries(patch)) {
    const merged = mergeValue(state.get(key), metadata.get(key), value ?? null, timestampS)
    if (merged === undefined) {
      state.delete(key)
      metadata.delete(key)
    } else {
      state.set(key, merged.state)
      metadata.set(key, merged.metadata)
    }
  }
  return { state: Object.fromEntries(state), metadata: Object.fromEntries(metadata) }
}

interface Merged {
  readonly state: Json
  readonly metadata: Json
}

function mergeValue(
  old: Json | undefined,
  oldTimes: Json | undefined,
  value: Json,
  timestampS: number,
): Merged | undefined {
  if (value === null) return undefined
  if (!isObject(value)) return { state: value, metadata: timesOf(value, timestampS) }
  if (isObject(old) && isObject(oldTimes)) {
    return mergeObject({ state: old, metadata: oldTimes }, value, timestampS)
  }
  const fresh = mergeObject(EMPTY, value, timestampS)
  // A new subtree of nothing but nulls is none; an empty object that was sent as one is a value.
  const isNothing = Object.keys(fresh.state).length === 0 && Object.keys(value).length > 0
  return isNothing ? undefined : fresh
}

/** The same tree with a time in the place of each leaf, also of a null; of a list element by element. */
export function timesOf(value: Json, timestampS: number): Json {
  if (Array.isArray(value)) return value.map((item: Json) => timesOf(item, timestampS))
  if (!isObject(value)) return { timestamp: timestampS }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, timesOf(item ?? null, timestampS)]),
  )
}

/**
 * What of the desired section the reported one does not have, with the times of the desired one. Lists count as wholes.
 * @returns undefined where nothing differs
 */
export function deltaOf(desired: Section, reported: JsonObject): Section | undefined {
  const differing = Object.entries(desired.state).flatMap(([key, value]): [string, Merged][] => {
    if (value === undefined) return []
    const other = memberOf(reported, key)
    const metadata = memberOf(desired.metadata, key) ?? null
    if (isObject(value) && isObject(other) && isObject(metadata)) {
      const inner = deltaOf({ state: value, metadata }, other)
      return inner === undefined ? [] : [[key, inner]]
    }
    return isDeepStrictEqual(value, other) ? [] : [[key, { state: value, metadata }]]
  })
  if (differing.length === 0) return undefined
  return {
    state: Object.fromEntries(differing.map(([key, { state }]) => [key, state])),
    metadata: Object.fromEntries(differing.map(([key, { metadata }]) => [key, metadata])),
  }
}

const memberOf = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
