import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../simulator/virtual/random.ts'

const draw = (random: ReturnType<typeof createRandom>, count: number) =>
  Array.from({ length: count }, () => random.fraction())

describe('random numbers of a seed', () => {
  it('are the same for the same seed and different for another', () => {
    expect(draw(createRandom(7), 20)).toEqual(draw(createRandom(7), 20))
    expect(draw(createRandom(7), 20)).not.toEqual(draw(createRandom(8), 20))
  })

  it('come from splitmix64 and xoshiro128** as published', () => {
    // Seed 0: splitmix64 gives e220a8397b1dcdaf 6e789e6aa1b965f4 (Vigna's reference); state 7b1dcdaf e220a839 a1b965f4 6e789e6a.
    const [first = 0] = draw(createRandom(0), 1)
    const mask = 0xffff_ffffn
    const rotate = (value: bigint, bits: bigint) => ((value << bits) | (value >> (32n - bits))) & mask
    let [a, b, c, d] = [0x7b1dcdafn, 0xe220a839n, 0xa1b965f4n, 0x6e789e6an] as const as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const next = () => {
      const result = (rotate((b * 5n) & mask, 7n) * 9n) & mask
      const shifted = (b << 9n) & mask
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= shifted
      d = rotate(d, 11n)
      return result
    }
    const expected = Number(((next() >> 5n) << 26n) | (next() >> 6n)) / 2 ** 53
    expect(first).toBe(expected)
  })

  it('stay within their bounds and reach both', () => {
    const random = createRandom(1)
    const drawn = new Set(Array.from({ length: 1000 }, () => random.integer(-2, 3)))
    expect([...drawn].sort((x, y) => x - y)).toEqual([-2, -1, 0, 1, 2, 3])
    expect(Array.from({ length: 100 }, () => random.chance(0))).not.toContain(true)
    expect(Array.from({ length: 100 }, () => random.chance(1))).not.toContain(false)
    const mean = Array.from({ length: 20_000 }, () => random.exponential(5)).reduce((a, b) => a + b) / 20_000
    expect(mean).toBeCloseTo(5, 0)
  })

  it('of a fork depend on its label alone, not on what its parent has drawn', () => {
    const fresh = createRandom(9)
    const used = createRandom(9)
    draw(used, 10)
    expect(draw(used.fork('bus'), 5)).toEqual(draw(fresh.fork('bus'), 5))
    expect(draw(fresh.fork('disk'), 5)).not.toEqual(draw(fresh.fork('bus'), 5))
  })

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('refuse %s as a seed', (seed) => {
    expect(() => createRandom(seed)).toThrow(RangeError)
  })
})
