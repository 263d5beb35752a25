import { getHeapStatistics } from 'node:v8'

/** Heap and buffers of this thread, garbage included. */
export function heldBytes(): number {
  const { used_heap_size: heapBytes, external_memory: externalBytes } = getHeapStatistics()
  return heapBytes + externalBytes
}
