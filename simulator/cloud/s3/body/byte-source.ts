import { S3Error } from '../errors.ts'

/** Reads a stream of bytes by lines and by counts, and holds no more of it than one piece and one line. */
export class ByteSource {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /**
   * The next line, without its end of CR LF.
   * @returns undefined at the end of the stream
   * @throws S3Error `IncompleteBody` where the stream ends within a line, or the line is too long
   */
  async line(bytesMax: number): Promise<string | undefined> {
    if (this.#rest.length === 0 && !(await this.#fill())) return undefined
    for (;;) {
      const end = this.#rest.indexOf(0x0a)
      if (end > bytesMax || (end < 0 && this.#rest.length > bytesMax)) throw broken('a line is too long')
      if (end >= 0) {
        const line = Buffer.from(this.#rest.subarray(0, end)).toString('latin1')
        this.#rest = this.#rest.subarray(end + 1)
        if (!line.endsWith('\r')) throw broken('a line does not end with CR LF')
        return line.slice(0, -1)
      }
      const before = this.#rest
      if (!(await this.#fill())) throw broken('the body ends within a line')
      this.#rest = Buffer.concat([before, this.#rest])
    }
  }

  /** At least one byte, at most `bytesMax`. @throws S3Error `IncompleteBody` at the end of the stream */
  async some(bytesMax: number): Promise<Uint8Array> {
    if (this.#rest.length === 0 && !(await this.#fill())) throw broken('the body ends within a chunk')
    const bytes = this.#rest.subarray(0, bytesMax)
    this.#rest = this.#rest.subarray(bytes.length)
    return bytes
  }

  /** Replaces the rest by the next piece. */
  async #fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next()
      if (done === true) return false
      this.#rest = value
      if (value.length > 0) return true
    }
  }
}

export const broken = (what: string): S3Error =>
  new S3Error('IncompleteBody', `The request body terminated unexpectedly: ${what}`)
