import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyIdOf, readPublicKey } from '../../../shared/proof/public-key.ts'
import type { SigningKey } from '../../../shared/proof/signing-key.ts'
import { signedBytes, signTreeHead, verifyTreeHead } from '../../../shared/proof/tree-head.ts'
import { readTreeHead, type SignedTreeHead, type TreeHead } from '../../../shared/proof/tree-head-text.ts'
import { errorOf } from '../../support/error-of.ts'

/** The secret key of the first test of RFC 8032, 7.1: signatures of Ed25519 are the same each time. */
const SECRET = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PKCS8_PREFIX = '302e020100300506032b657004220420'

function keyOf(secretHex: string): SigningKey {
  const privateKey = createPrivateKey({
    key: Buffer.from(PKCS8_PREFIX + secretHex, 'hex'),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(privateKey)
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => sign(null, bytes, privateKey),
  }
}

const key = keyOf(SECRET)
const HEAD: TreeHead = {
  size: 8,
  rootHash: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  timeUs: 1_767_225_600_000_000,
  log: 'press-line-gateway/historian',
}
const SIGNED = signTreeHead(HEAD, key)
/** Verified with openssl too: a later version must still take the heads that are out there. */
const SIGNATURE =
  'b0e60cfc19e9b160a8e381c89d6e78c8645545f6453e8af78746cb1101b6f848' +
  '86c1f01ffada46bc8f90a361e05e329b1f79120991cea26252f479d679ccea0f'

describe('a signed tree head', () => {
  it('has the documented bytes under its signature, for every later version to read', () => {
    expect(Buffer.from(signedBytes(SIGNED)).toString()).toBe(
      [
        'press-line-gateway/historian',
        '8',
        'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=',
        'genba-tree-head/1 1767225600000000 06e3fd8fda29bb60',
        '',
      ].join('\n'),
    )
    expect(SIGNED).toEqual({ ...HEAD, keyId: '06e3fd8fda29bb60', signature: SIGNATURE })
    expect(verify(null, signedBytes(SIGNED), key.publicKey, Buffer.from(SIGNED.signature, 'hex'))).toBe(true)
  })

  it('verifies with the public key alone, from its JSON', () => {
    const head = readTreeHead(JSON.stringify(SIGNED))
    expect(head).toEqual(SIGNED)
    expect(verifyTreeHead(head, readPublicKey(key.publicKeyPem))).toEqual({ ok: true })
  })

  it('fails when any field is changed', () => {
    const other = keyOf(SECRET.replace(/^9d/, '9e'))
    const changes: Partial<SignedTreeHead>[] = [
      { size: 9 },
      { size: 0 },
      { rootHash: HEAD.rootHash.replace(/^5/, '4') },
      { rootHash: HEAD.rootHash.toUpperCase() },
      { timeUs: HEAD.timeUs + 1 },
      { log: 'press-line-gateway/historian2' },
      { log: 'press-line-gateway/historian\n8' },
      { keyId: other.keyId },
      { signature: SIGNED.signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      { signature: '' },
    ]
    for (const change of changes) {
      expect(verifyTreeHead({ ...SIGNED, ...change }, key.publicKey)).toMatchObject({ ok: false })
    }
    expect(verifyTreeHead(SIGNED, other.publicKey)).toMatchObject({
      reason: `the head names key ${key.keyId}, and this is key ${other.keyId}`,
    })
  })

  it('fails when any one character of its JSON is another', () => {
    const text = JSON.stringify(SIGNED)
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, character) => {
          fc.pre(text[at] !== character)
          let head: SignedTreeHead
          try {
            head = readTreeHead(text.slice(0, at) + character + text.slice(at + 1))
          } catch (error) {
            expect(error).toMatchObject({ code: 'GENBA_PROOF_HEAD' })
            return
          }
          expect(verifyTreeHead(head, key.publicKey)).toMatchObject({ ok: false })
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is answered and not raised over when it is nonsense, or the key is', () => {
    const answer = (...args: readonly unknown[]) => Reflect.apply(verifyTreeHead, undefined, args)
    for (const head of [
      undefined,
      null,
      'text',
      7,
      [],
      {},
      { ...SIGNED, size: 1.5 },
      { ...SIGNED, log: '\ud800' },
    ]) {
      expect(answer(head, key.publicKey)).toMatchObject({ ok: false })
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const own = generateKeyPairSync('ed25519')
    for (const wrong of [undefined, 'text', rsa.publicKey, own.privateKey]) {
      expect(answer(SIGNED, wrong)).toMatchObject({ reason: 'the public key is none of Ed25519' })
    }
  })

  it('is not made of fields that could say two things', () => {
    for (const log of [
      '',
      'two words',
      'two\nlines',
      'a+b',
      'tab\t',
      '\ud800',
      'x'.repeat(257),
      'a\u2028b',
    ]) {
      expect(errorOf(() => signTreeHead({ ...HEAD, log }, key))).toMatchObject({ code: 'GENBA_PROOF_HEAD' })
    }
    for (const change of [{ size: -1 }, { timeUs: 0.5 }, { rootHash: 'ab' }, { size: 2 ** 53 }]) {
      expect(errorOf(() => signTreeHead({ ...HEAD, ...change }, key))).toMatchObject({
        code: 'GENBA_PROOF_HEAD',
      })
    }
    expect(verifyTreeHead(signTreeHead({ ...HEAD, log: '現場/記録' }, key), key.publicKey)).toEqual({
      ok: true,
    })
  })
})

describe('the text of a tree head', () => {
  const issuesOf = (text: string) => errorOf(() => readTreeHead(text)).issues

  it('is refused with each of its faults', () => {
    const issues = issuesOf(JSON.stringify({ ...SIGNED, size: '8', rootHash: 'AB', keyId: undefined }))
    expect(issues.map(({ where }) => where)).toEqual(['size', 'rootHash', 'keyId'])
    expect(issues[0]).toMatchObject({ expected: 'a number', received: '"8"' })
    expect(issues[2]).toMatchObject({ received: 'nothing' })
  })

  it('may have no fields that no signature covers', () => {
    expect(issuesOf(JSON.stringify({ ...SIGNED, note: 'all is well' }))).toMatchObject([
      { received: 'the unknown key "note"' },
    ])
  })

  it('is refused when it is no JSON, or far too long to be a head', () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      JSON.stringify({ ...SIGNED, log: 'x'.repeat(5000) }),
    ]) {
      expect(errorOf(() => readTreeHead(text))).toMatchObject({
        code: 'GENBA_PROOF_HEAD',
        message: 'the text is no signed tree head',
      })
    }
  })
})
