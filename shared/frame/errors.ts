import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type FrameErrorCode =
  /** The bytes are of a later format than this program knows. */
  | 'GENBA_FRAME_VERSION'
  /** The bytes are no frame, or no longer the frame they were. */
  | 'GENBA_FRAME_CORRUPT'
  /** A hard limit of `limits.ts` is exceeded. */
  | 'GENBA_FRAME_LIMIT'
  /** The content contradicts itself or cannot be said in a frame, such as a time that is no whole number. */
  | 'GENBA_FRAME_CONTENT'
  /** One indivisible batch or record does not fit into a frame of the configured size. */
  | 'GENBA_FRAME_TOO_LARGE'

/** Every error that encoding, decoding and building of frames raise on purpose. */
export class FrameError extends GenbaError {
  declare readonly code: FrameErrorCode

  constructor(code: FrameErrorCode, message: string, issue?: Issue) {
    super(code, message, issue === undefined ? {} : { issues: [issue] })
    this.name = 'FrameError'
  }
}

/** For `ByteReader`: its reasons continue the sentence "the frame …". */
export const corrupt = (reason: string): FrameError =>
  new FrameError('GENBA_FRAME_CORRUPT', `the frame ${reason}`)
