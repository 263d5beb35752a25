import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call } from './answer.ts'

describe('hashes', () => {
  // The test suite of RFC 1319, appendix A.5.
  it.each([
    ['', '8350e5a3e24c153df2275c9f80692773'],
    ['a', '32ec01ec4a6dac72c0ab96fb34c0b5d1'],
    ['abc', 'da853b0d3f88d99b30283a69e6ded6bb'],
    ['message digest', 'ab4f496bfb2a530b219ff33031fe06b0'],
    ['abcdefghijklmnopqrstuvwxyz', '4e8ddff3650292ab5a4108c3aa47940b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'da33def2a42df13975352846c30338cd'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'd5976f79d83d3a0dc9806c3c66f3efd8',
    ],
  ])('MD2 of %j', (text, expected) => {
    expect(call('md2', text)).toBe(expected)
  })

  it.each(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'])('%s is of the UTF-8 bytes', (name) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(call(name, text)).toBe(createHash(name).update(text, 'utf8').digest('hex'))
      }),
    )
  })

  it('are of the String form of other values', () => {
    expect(call('md5', 12.5)).toBe(call('md5', '12.5'))
    expect(call('sha256', [1, 'a'])).toBe(call('sha256', '[1,"a"]'))
    expect(call('md2', null)).toBeUndefined()
    expect(call('sha1', undefined)).toBeUndefined()
  })
})
