import { createHash } from 'node:crypto'
import type { SignedRequest } from '../../signature/canonical.ts'
import {
  algorithmOfHeader,
  type ChecksumAlgorithm,
  checksumHeader,
  createDigester,
  DEFAULT_ALGORITHM,
  DIGEST_BYTES,
  type Digester,
  readAlgorithm,
} from '../checksum/algorithm.ts'
import { S3Error } from '../errors.ts'

/** What a request says its bytes must be. */
export interface ExpectedIntegrity {
  /** Of Content-MD5, base64. */
  readonly md5: string | undefined
  /** Undefined where the sender names none. */
  readonly algorithm: ChecksumAlgorithm | undefined
  /** Base64; undefined where it follows as a trailing header, or not at all. */
  readonly checksum: string | undefined
  readonly isTrailing: boolean
}

/** What the bytes are. */
export interface Integrity {
  /** Hexadecimal: the ETag of an object that was put in one piece. */
  readonly md5: string
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly checksum: string
}

/** @throws S3Error where a checksum is named that cannot be one */
export function readExpectedIntegrity({ headers }: SignedRequest): ExpectedIntegrity {
  const md5 = headers['content-md5']?.[0]
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': md5 })
  }
  const named = Object.keys(headers).flatMap((name) => algorithmOfHeader(name) ?? [])
  const trailing = (headers['x-amz-trailer'] ?? []).flatMap((name) => algorithmOfHeader(name) ?? [])
  const [algorithm, ...more] = [...named, ...trailing]
  if (more.length > 0) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple are not allowed.',
    )
  }
  const announced = headers['x-amz-sdk-checksum-algorithm']?.[0]
  if (announced !== undefined && (algorithm === undefined || readAlgorithm(announced) !== algorithm)) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  if (algorithm === undefined) return { md5, algorithm, checksum: undefined, isTrailing: false }
  const checksum = headers[checksumHeader(algorithm)]?.[0]
  if (checksum !== undefined) checkShape(algorithm, checksum)
  return { md5, algorithm, checksum, isTrailing: trailing.length > 0 }
}

/** Computes what bytes are while they pass, and compares at their end. */
export class IntegrityCheck {
  readonly #expected: ExpectedIntegrity
  readonly #algorithm: ChecksumAlgorithm
  readonly #md5 = createHash('md5')
  readonly #digester: Digester
  #integrity: Integrity | undefined

  /** @param fallback the checksum to compute where the sender names none */
  constructor(expected: ExpectedIntegrity, fallback: ChecksumAlgorithm = DEFAULT_ALGORITHM) {
    this.#expected = expected
    this.#algorithm = expected.algorithm ?? fallback
    this.#digester = createDigester(this.#algorithm)
  }

  /**
   * Gives the bytes on, and throws at their end an S3Error where they are not those the sender meant.
   * @param trailers asked at the end
   */
  async *pass(
    bytes: AsyncIterable<Uint8Array>,
    trailers: () => ReadonlyMap<string, string> = () => new Map(),
  ): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.#md5.update(piece)
      this.#digester.update(piece)
      yield piece
    }
    this.#integrity = this.#finish(trailers())
  }

  /** What the bytes were, once they have passed. */
  get integrity(): Integrity {
    if (this.#integrity === undefined) throw new Error('the bytes have not all passed')
    return this.#integrity
  }

  #finish(trailers: ReadonlyMap<string, string>): Integrity {
    const { md5: expectedMd5, isTrailing } = this.#expected
    const md5 = this.#md5.digest()
    if (expectedMd5 !== undefined && !md5.equals(Buffer.from(expectedMd5, 'base64'))) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
        ExpectedDigest: expectedMd5,
        CalculatedDigest: md5.toString('base64'),
      })
    }
    const algorithm = this.#algorithm
    const checksum = this.#digester.digest().toString('base64')
    const header = checksumHeader(algorithm)
    const expected = isTrailing ? trailers.get(header) : this.#expected.checksum
    if (isTrailing && expected === undefined) {
      throw new S3Error('InvalidRequest', `The trailing header ${header} was announced and did not come.`)
    }
    if (isTrailing && expected !== undefined) checkShape(algorithm, expected)
    if (expected !== undefined && expected !== checksum) {
      throw new S3Error(
        'BadDigest',
        `The ${algorithm} you specified did not match the calculated checksum.`,
        { ExpectedDigest: expected, CalculatedDigest: checksum },
      )
    }
    return { md5: md5.toString('hex'), algorithm, checksum }
  }
}

function checkShape(algorithm: ChecksumAlgorithm, checksum: string): void {
  const bytes = Buffer.from(checksum, 'base64')
  if (bytes.length === DIGEST_BYTES[algorithm] && bytes.toString('base64') === checksum) return
  throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
}
