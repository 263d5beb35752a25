import { createConnection } from 'node:net'
import { createFrameWriter } from '../../../simulator/nucleus/wire/frame-writer.ts'
import { until } from './test-core.ts'

/** A client that speaks frames and nothing more, so that a test sees every byte that the nucleus sends. */
export interface RawClient {
  connect(payload: string, version?: string): void
  request(streamId: number, operation: string, payload: string): void
  send(frame: { type: number; flags?: number; streamId: number; payload?: string }): void
  write(bytes: Uint8Array): void
  /** What came, one line a frame, `CLOSED` at the end; takes it away. */
  take(lineCount: number): Promise<string[]>
  /** Stops and resumes reading, so that what comes piles up at the nucleus. */
  pause(isPaused: boolean): void
  /** How many frames have come once nothing has come for a while. */
  idleCount(): Promise<number>
  close(): void
}

export function openRawClient(socketPath: string): RawClient {
  const lines: string[] = []
  let bytes = Buffer.alloc(0)
  const socket = createConnection(socketPath)
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0)
      lines.push(describeFrame(bytes.subarray(0, length)))
      bytes = bytes.subarray(length)
    }
  })
  socket.on('error', () => undefined)
  socket.on('close', () => lines.push('CLOSED'))
  const frame = (
    type: number,
    flags: number,
    headers: [string, string][],
    streamId: number,
    payload: string,
  ) =>
    createFrameWriter({ messageType: type, flags, headers, protocolHeadersFirst: false })(
      streamId,
      Buffer.from(payload),
    )
  return {
    connect: (payload, version = '0.1.0') => socket.write(frame(4, 0, [[':version', version]], 0, payload)),
    request: (streamId, operation, payload) =>
      socket.write(frame(0, 0, [['operation', `aws.greengrass#${operation}`]], streamId, payload)),
    send: ({ type, flags = 0, streamId, payload = '' }) =>
      socket.write(frame(type, flags, [], streamId, payload)),
    write: (raw) => socket.write(raw),
    take: async (lineCount) => {
      await until(
        `${lineCount} frames have come, not only ${lines.join(' ; ')}`,
        () => lines.length >= lineCount,
      )
      return lines.splice(0, lineCount)
    },
    pause: (isPaused) => void (isPaused ? socket.pause() : socket.resume()),
    idleCount: async () => {
      let seen = -1
      while (seen !== lines.length) {
        seen = lines.length
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      return seen
    },
    close: () => socket.destroy(),
  }
}

/** `[length] header=value … | payload`, headers in the order of the wire; independent of the code under test. */
function describeFrame(frame: Buffer): string {
  const headersEnd = 12 + frame.readUInt32BE(4)
  const parts: string[] = []
  for (let offset = 12; offset < headersEnd; ) {
    const name = frame.toString('latin1', offset + 1, offset + 1 + frame.readUInt8(offset))
    offset += 1 + name.length
    const type = frame.readUInt8(offset++)
    if (type === 4) {
      parts.push(`${name}=${frame.readInt32BE(offset)}`)
      offset += 4
    } else {
      const length = frame.readUInt16BE(offset)
      parts.push(`${name}="${frame.toString('utf8', offset + 2, offset + 2 + length)}"`)
      offset += 2 + length
    }
  }
  return `[${frame.length}] ${parts.join(' ')} | ${frame.toString('utf8', headersEnd, frame.length - 4)}`
}
