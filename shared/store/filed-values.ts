import { BATCH_FILED_BYTES_MIN, FILED_BYTES_MIN } from './limits.ts'
import type { StoreEntry, StoreOperation } from './store.ts'
import { decodeStored, encodeInline, encodePlace, type ValuePlace } from './stored-value.ts'
import type { ValueFiles } from './value-files.ts'

/** Keys that begin alike live alike. */
export const laneOf = (key: Uint8Array): number => key[0] ?? 0

/** What LevelDB gets for a batch: its large values are in files when it resolves. @throws the error of the file system */
export async function fileLargeValues(
  files: ValueFiles,
  operations: readonly StoreOperation[],
): Promise<StoreOperation[]> {
  const byLane = largeValuesOf(operations)
  const places = new Map<number, ValuePlace>()
  for (const [lane, all] of byLane) {
    const found = await files.append(
      lane,
      all.map(({ value }) => value),
    )
    for (const [at, { index }] of all.entries()) places.set(index, found[at] as ValuePlace)
  }
  return operations.map((operation, index) => {
    if (operation.type === 'del') return operation
    const place = places.get(index)
    return { ...operation, value: place ? encodePlace(place) : encodeInline(operation.value) }
  })
}

interface LargeValue {
  readonly index: number
  readonly value: Uint8Array
}

/** None where they come to little together. */
function largeValuesOf(operations: readonly StoreOperation[]): ReadonlyMap<number, readonly LargeValue[]> {
  const byLane = new Map<number, LargeValue[]>()
  let sizeBytes = 0
  for (const [index, operation] of operations.entries()) {
    if (operation.type === 'del' || operation.value.length < FILED_BYTES_MIN) continue
    const lane = laneOf(operation.key)
    const all = byLane.get(lane) ?? []
    all.push({ index, value: operation.value })
    byLane.set(lane, all)
    sizeBytes += operation.value.length
  }
  return sizeBytes < BATCH_FILED_BYTES_MIN ? new Map() : byLane
}

/** Entries as LevelDB has them, with the values that are in files. */
export async function fetchValues(
  files: ValueFiles,
  entries: readonly { readonly key: Uint8Array; readonly stored: Uint8Array | ValuePlace }[],
): Promise<StoreEntry[]> {
  const filed = new Map<number, { readonly index: number; readonly place: ValuePlace }[]>()
  const values = entries.map(({ key, stored }, index) => {
    if (stored instanceof Uint8Array) return stored
    const lane = laneOf(key)
    const all = filed.get(lane)
    if (all === undefined) filed.set(lane, [{ index, place: stored }])
    else all.push({ index, place: stored })
    return NOTHING
  })
  for (const [lane, all] of filed) {
    const found = await files.read(
      lane,
      all.map(({ place }) => place),
    )
    for (const [at, { index }] of all.entries()) values[index] = found[at] ?? NOTHING
  }
  return entries.map(({ key }, index) => ({ key, value: values[index] ?? NOTHING }))
}

export async function fetchValue(files: ValueFiles, key: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  const [entry] = await fetchValues(files, [{ key, stored: decodeStored(bytes) }])
  return entry?.value ?? NOTHING
}

const NOTHING = new Uint8Array()
