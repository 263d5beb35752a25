import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'

/** Frames through a stream: each after its length as u32, little endian. */

const LENGTH_BYTES = 4

export function frameBytes({ columns, header }: SampleFrame): Buffer {
  const { completeBeforeUs, position } = header
  const bytes = sealFrame(encodeContent({ body: 'samples', columns, completeBeforeUs, position }), header)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** @throws Error when the stream ends within a frame */
export async function* framesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<SampleFrame> {
  let rest = Buffer.alloc(0)
  for await (const part of stream) {
    rest = Buffer.concat([rest, part])
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readUInt32LE()) {
      const end = LENGTH_BYTES + rest.readUInt32LE()
      const frame = decodeFrame(rest.subarray(LENGTH_BYTES, end))
      if (frame.body === 'samples') yield frame
      rest = rest.subarray(end)
    }
  }
  if (rest.length > 0) throw new Error('the stream of frames ends within one')
}
