import { createHash } from 'node:crypto'
import { sha256Hex } from '../../signature/canonical.ts'
import { scopeText, signatureOf } from '../../signature/signing-key.ts'
import { isSame, type Verified } from '../../signature/verify.ts'
import { S3Error } from '../errors.ts'

const EMPTY_HASH = sha256Hex('')

/**
 * Signatures of an upload in chunks ("Signature calculations: transferring payload in multiple chunks"): each covers
 * the one before it, the first that of the request, so that no chunk can be left out, repeated or moved.
 */
export class ChunkSignatures {
  readonly #verified: Verified
  #previous: string

  constructor(verified: Verified) {
    this.#verified = verified
    this.#previous = verified.signature
  }

  /** @throws S3Error `SignatureDoesNotMatch` */
  checkChunk(signature: string, contentHash: string): void {
    this.#check('AWS4-HMAC-SHA256-PAYLOAD', signature, [EMPTY_HASH, contentHash])
  }

  /** @param trailers their lines as they came, without the signature's own */
  checkTrailers(signature: string, trailers: readonly string[]): void {
    const text = trailers.map((line) => `${line}\n`).join('')
    this.#check('AWS4-HMAC-SHA256-TRAILER', signature, [createHash('sha256').update(text).digest('hex')])
  }

  #check(algorithm: string, received: string, hashes: readonly string[]): void {
    const { key, timeText, scope } = this.#verified
    const text = [algorithm, timeText, scopeText(scope), this.#previous, ...hashes].join('\n')
    if (!isSame(signatureOf(key, text), received)) {
      throw new S3Error(
        'SignatureDoesNotMatch',
        'The signature of a chunk does not match. Check your key and signing method.',
        { StringToSign: text },
      )
    }
    this.#previous = received
  }
}
