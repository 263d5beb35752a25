import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplyHead } from '../../../shared/contract/historian-request.ts'
import { decodeReply, encodeReply, REPLY_BYTES_MAX } from '../../../shared/contract/reply.ts'

const head: ReplyHead = {
  v: 1,
  id: 12,
  page: 0,
  last: true,
  end: false,
  cursor: 'größer',
  headLsn: 9,
  lsns: [4, 5],
}

describe('a reply of the historian', () => {
  it('carries its head and its frames through bytes', () => {
    const frames = [new Uint8Array(300).fill(3), new Uint8Array(), Uint8Array.of(1, 2)]
    const reply = decodeReply(encodeReply(head, frames))
    expect(reply?.head).toEqual(head)
    expect(reply?.frames.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]))
  })

  it('is refused before it is sent when it would not fit into one message', () => {
    expect(encodeReply(head, [new Uint8Array(REPLY_BYTES_MAX - 200)]).length).toBeLessThanOrEqual(
      REPLY_BYTES_MAX,
    )
    expect(() => encodeReply(head, [new Uint8Array(REPLY_BYTES_MAX)])).toThrow(
      expect.objectContaining({ code: 'GENBA_REPLY_TOO_LARGE' }),
    )
  })

  it('is undefined for bytes that are none, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeReply(bytes)).toBeUndefined()
      }),
    )
    const whole = encodeReply(head, [Uint8Array.of(1, 2, 3)])
    for (let length = 0; length < whole.length - 6; length += 1) {
      const cut = decodeReply(whole.subarray(0, length))
      if (cut) expect(cut.frames).toHaveLength(0)
    }
  })
})
