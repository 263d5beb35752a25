import { createHash } from 'node:crypto'
import { S3Error } from '../errors.ts'
import { ByteSource, broken } from './byte-source.ts'
import type { ChunkSignatures } from './chunk-signatures.ts'

export interface AwsChunkedOptions {
  /** Undefined where the chunks bear no signature. */
  readonly signatures: ChunkSignatures | undefined
  /** Trailing headers, with lower-case names; called once, after the last byte. */
  readonly onTrailers: (trailers: ReadonlyMap<string, string>) => void
}

const CHUNK_LINE = /^([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?$/
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'
const LINE_BYTES_MAX = 1024
const TRAILERS_MAX = 16
/** "Only the last chunk is allowed to have a size less than 8192 bytes" (error InvalidChunkSizeError). */
const CHUNK_BYTES_MIN = 8192

/**
 * Takes an upload out of the content coding `aws-chunked`: lines with the size of each chunk, its bytes, and after the
 * chunk of size 0 the trailing headers. A chunk's bytes are given on before its signature is seen: whoever takes them
 * may keep them only when the whole stream has ended without an error.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Uint8Array>,
  { signatures, onTrailers }: AwsChunkedOptions,
): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(body)
  let previousBytes = CHUNK_BYTES_MIN
  for (;;) {
    const { sizeBytes, signature } = readChunkLine(await source.line(LINE_BYTES_MAX))
    if (signature === undefined && signatures !== undefined) throw broken('a chunk has no signature')
    if (sizeBytes > 0 && previousBytes < CHUNK_BYTES_MIN) throw tooSmall(previousBytes)
    previousBytes = sizeBytes
    const hash = createHash('sha256')
    for await (const piece of chunkBytes(source, sizeBytes)) {
      if (signatures !== undefined) hash.update(piece)
      yield piece
    }
    if (signature !== undefined) signatures?.checkChunk(signature, hash.digest('hex'))
    if (sizeBytes === 0) break
  }
  onTrailers(await readTrailers(source, signatures))
}

/** The bytes of one chunk; the last has none, and no line after them. */
async function* chunkBytes(source: ByteSource, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; ) {
    const piece = await source.some(left)
    left -= piece.length
    yield piece
  }
  if (sizeBytes > 0 && (await source.line(1)) !== '') throw broken('a chunk is longer than its line says')
}

function readChunkLine(line: string | undefined): { sizeBytes: number; signature: string | undefined } {
  const match = line === undefined ? null : CHUNK_LINE.exec(line)
  if (match === null) throw broken('the line of a chunk is missing or faulty')
  return { sizeBytes: Number.parseInt(match[1] ?? '', 16), signature: match[2] }
}

async function readTrailers(
  source: ByteSource,
  signatures: ChunkSignatures | undefined,
): Promise<Map<string, string>> {
  const trailers = new Map<string, string>()
  const signed: string[] = []
  for (let count = 0; count < TRAILERS_MAX; count++) {
    const line = await source.line(LINE_BYTES_MAX)
    if (line === undefined || line === '') break
    const [name = '', value = ''] = splitHeader(line)
    trailers.set(name, value)
    if (name !== TRAILER_SIGNATURE) signed.push(`${name}:${value}`)
  }
  const signature = trailers.get(TRAILER_SIGNATURE)
  if (signature !== undefined) signatures?.checkTrailers(signature, signed)
  else if (signatures !== undefined && signed.length > 0) throw broken('the trailing headers are not signed')
  return trailers
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 1) throw broken('a trailing header is faulty')
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
}

const tooSmall = (bytes: number): S3Error =>
  new S3Error('InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes', {
    BadChunkSizeInBytes: String(bytes),
  })
