import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type ChunkErrorCode =
  /** The bytes are of a later format than this program knows. */
  | 'GENBA_CHUNK_VERSION'
  /** The bytes are no chunk, or no longer the chunk they were. */
  | 'GENBA_CHUNK_CORRUPT'

/** Every error that decoding of chunks raises on purpose. */
export class ChunkError extends GenbaError {
  declare readonly code: ChunkErrorCode

  constructor(code: ChunkErrorCode, message: string, issue?: Issue) {
    super(code, message, issue === undefined ? {} : { issues: [issue] })
    this.name = 'ChunkError'
  }
}

/** For `ByteReader`: its reasons continue the sentence "the chunk …". */
export const corruptChunk = (reason: string): ChunkError =>
  new ChunkError('GENBA_CHUNK_CORRUPT', `the chunk ${reason}`)
