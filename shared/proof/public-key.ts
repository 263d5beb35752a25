import { createPublicKey, hash, KeyObject } from 'node:crypto'
import { ProofError } from './errors.ts'

/** Short, for people to compare and for heads to name: far from a collision by chance, and no security rests on it. */
const KEY_ID_BYTES = 8

/** The first 8 bytes of the SHA-256 of the key's SPKI in DER, in lower-case hex. */
export const keyIdOf = (publicKey: KeyObject): string =>
  hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex').slice(0, 2 * KEY_ID_BYTES)

export const isEd25519 = (key: KeyObject): boolean => key.asymmetricKeyType === 'ed25519'

/** Also of what only claims to be a key. */
export const isVerifyingKey = (key: unknown): key is KeyObject =>
  key instanceof KeyObject && key.type === 'public' && isEd25519(key)

/**
 * The public key that an auditor was given, as a PEM of its SPKI ("BEGIN PUBLIC KEY").
 * @throws ProofError `GENBA_PROOF_KEY`
 */
export function readPublicKey(pem: string): KeyObject {
  let cause: unknown
  try {
    // Node would also take a private key and derive the public one; that it was given away must not go unnoticed.
    const key = pem.includes('PRIVATE KEY') ? undefined : createPublicKey(pem)
    if (isVerifyingKey(key)) return key
  } catch (error) {
    cause = error
  }
  throw new ProofError('GENBA_PROOF_KEY', 'the public key is none of Ed25519', {
    cause,
    issues: [
      {
        expected: 'a PEM of an Ed25519 public key, which begins with -----BEGIN PUBLIC KEY-----',
        received: pem.includes('PRIVATE KEY') ? 'a private key' : 'something else',
        mend: 'make it with: openssl pkey -in KEY.pem -pubout',
      },
    ],
  })
}
