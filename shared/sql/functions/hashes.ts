import { createHash } from 'node:crypto'
import { encodeText } from '../../bytes/text.ts'
import { spend } from '../budget.ts'
import { toText } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { pure } from './define.ts'
import { md2 } from './md2.ts'

const hashing = (name: string, hexOf: (bytes: Uint8Array) => string): SqlFunction =>
  pure(name, 1, ([argument]) => {
    const text = toText(argument)
    return text === undefined ? undefined : hexOf(encodeText(text))
  })

const byNode = (name: string): SqlFunction =>
  hashing(name, (bytes) => createHash(name).update(bytes).digest('hex'))

/** Lowercase hexadecimal of the UTF-8 bytes of a String form. */
export const HASH_FUNCTIONS: readonly SqlFunction[] = [
  hashing('md2', (bytes) => {
    // By hand, it takes a hundred times as long as the others.
    spend(bytes.length)
    return Buffer.from(md2(bytes)).toString('hex')
  }),
  byNode('md5'),
  byNode('sha1'),
  byNode('sha224'),
  byNode('sha256'),
  byNode('sha384'),
  byNode('sha512'),
]
