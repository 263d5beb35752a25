import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Identity, NOTHING_HELD, receive } from '../../../shared/handoff/receive.ts'

describe('the decision on a received frame', () => {
  const held = { epoch: 7, sequence: 3 }

  it('stores the next of the epoch, and the first of a newer one', () => {
    expect(receive(held, { epoch: 7, sequence: 4 })).toBe('store')
    expect(receive(held, { epoch: 9, sequence: 0 })).toBe('store')
    expect(receive(NOTHING_HELD, { epoch: 0, sequence: 0 })).toBe('store')
  })

  it('knows what it has: this frame, those before it, and every older epoch', () => {
    expect(receive(held, held)).toBe('duplicate')
    expect(receive(held, { epoch: 7, sequence: 0 })).toBe('duplicate')
    expect(receive(held, { epoch: 6, sequence: 99 })).toBe('duplicate')
  })

  it('refuses what leaves one out, also at the start of an epoch', () => {
    expect(receive(held, { epoch: 7, sequence: 5 })).toBe('gap')
    expect(receive(held, { epoch: 8, sequence: 1 })).toBe('gap')
    expect(receive(NOTHING_HELD, { epoch: 0, sequence: 1 })).toBe('gap')
  })

  it('stores every frame once and in order, however they are repeated, as long as each is sent again in order', () => {
    const sent: Identity[] = [1, 2, 5].flatMap((epoch) =>
      [0, 1, 2, 3].map((sequence) => ({ epoch, sequence })),
    )
    const jumps = fc.array(fc.nat({ max: 4 }), { minLength: 200, maxLength: 200 })
    fc.assert(
      fc.property(jumps, (backSteps) => {
        const stored: Identity[] = []
        let next = 0
        for (const back of [...backSteps, ...sent.map(() => 0)]) {
          next = Math.max(0, next - back)
          const frame = sent[next]
          if (!frame) continue
          const decision = receive(stored.at(-1) ?? NOTHING_HELD, frame)
          expect(decision).not.toBe('gap')
          if (decision === 'store') stored.push(frame)
          next += 1
        }
        expect(stored).toEqual(sent.slice(0, stored.length))
      }),
    )
  })
})
