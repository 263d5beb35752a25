import { decodeFrame, type FrameInspection, inspectFrame } from './decode.ts'
import { FrameError } from './errors.ts'
import type { Frame } from './frame.ts'

/** Undefined for bytes that are no frame, or a damaged one. */
export const tryInspect = (bytes: Uint8Array): FrameInspection | undefined =>
  attempt(() => inspectFrame(bytes))

/** Undefined for bytes that are no frame, or a damaged one. */
export const tryDecode = (bytes: Uint8Array): Frame | undefined => attempt(() => decodeFrame(bytes))

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof FrameError) return undefined
    throw error
  }
}
