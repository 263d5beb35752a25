import { decodeFrame } from '../frame/decode.ts'
import { encodeContent, sealFrame } from '../frame/encode.ts'
import type { FrameContent } from '../frame/frame.ts'
import type { Identity } from './receive.ts'

/**
 * The same content under another identity.
 *
 * @throws FrameError when the bytes are no frame
 */
export function reseal(bytes: Uint8Array, identity: Identity): Uint8Array {
  const frame = decodeFrame(bytes)
  const { producer, completeBeforeUs, position } = frame.header
  const content: FrameContent =
    frame.body === 'samples'
      ? { body: 'samples', columns: frame.columns, completeBeforeUs, position }
      : { body: 'records', records: frame.records, completeBeforeUs, position }
  return sealFrame(encodeContent(content), { producer, epoch: identity.epoch, sequence: identity.sequence })
}
