import { tryInspect } from '../../shared/frame/attempt.ts'
import type { FrameInspection } from '../../shared/frame/decode.ts'

/** A frame as the bus has brought it, looked at once for all who want it. */
export interface LiveFrame {
  readonly bytes: Uint8Array
  readonly head: FrameInspection
}

/** Undefined for bytes that are no frame; the historian refuses such frames and says so. */
export function readLiveFrame(bytes: Uint8Array): LiveFrame | undefined {
  const head = tryInspect(bytes)
  return head === undefined ? undefined : { bytes, head }
}
