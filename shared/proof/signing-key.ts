import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { createKeyFile, readKeyFile } from './key-file.ts'
import { keyRefused } from './key-refused.ts'
import { isEd25519, keyIdOf } from './public-key.ts'

/** The gateway's key for tree heads. The private half does not leave this object. */
export interface SigningKey {
  /** See `keyIdOf`. */
  readonly keyId: string
  readonly publicKey: KeyObject
  /** For the auditor: an SPKI PEM, which `readPublicKey` and openssl read. */
  readonly publicKeyPem: string
  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array
}

/**
 * The Ed25519 key of a PKCS#8 PEM file; makes the file, for its owner alone, where there is none. Two processes that
 * make it at once get the same key, and a key that this returns survives the loss of power.
 * @throws ProofError `GENBA_PROOF_KEY` when others may read the file, when it holds no such key, or cannot be used
 */
export async function openSigningKey(path: string): Promise<SigningKey> {
  const pem = (await readKeyFile(path)) ?? (await createKeyFile(path))
  return signingKeyOf(privateKeyOf(pem, path))
}

/** The key of 32 bytes (RFC 8032, 5.1.5), which must be secret wherever a signature has to mean something. */
export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  const der = Buffer.concat([PKCS8_OF_ED25519, seed])
  return signingKeyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

/** What stands before the 32 bytes in the DER of a private key (RFC 8410, 10.3). */
const PKCS8_OF_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (bytes) => sign(null, bytes, privateKey),
  }
}

function privateKeyOf(pem: string, path: string): KeyObject {
  let cause: unknown
  try {
    const key = createPrivateKey(pem)
    if (isEd25519(key)) return key
  } catch (error) {
    cause = error
  }
  throw keyRefused(
    path,
    {
      expected: 'the PKCS#8 PEM of an Ed25519 private key without passphrase',
      received: cause === undefined ? 'a private key of another kind' : 'something else',
      mend: `move the file away, and a new key is made at the next start; or: openssl genpkey -algorithm ed25519 -out ${path}`,
    },
    cause,
  )
}
