import { createConnection } from 'node:net'
import { createFrameWriter } from '../nucleus/wire/frame-writer.ts'

/** A frame that came, or the end of the connection. */
export interface Incoming {
  /** `[length] header=value … | payload`, headers in the order of the wire; `CLOSED` at the end. */
  readonly line: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly payload: string
}

/** A client that speaks frames and nothing more, so that every byte that the nucleus sends is seen. */
export interface FrameClient {
  connect(payload: string, version?: string): void
  request(streamId: number, operation: string, payload: string): void
  send(frame: { type: number; flags?: number; streamId: number; payload?: string }): void
  write(bytes: Uint8Array): void
  /**
   * Takes away what came, in order.
   * @param timeoutMs how long to wait for so many; then, or once the connection has ended, those that came are all
   */
  take(count: number, timeoutMs: number): Promise<Incoming[]>
  /** Stops and resumes reading, so that what comes piles up at the nucleus. */
  pause(isPaused: boolean): void
  /** How many frames have come that were not taken. */
  readonly waitingCount: number
  /** Why there was no connection, or why it broke. */
  readonly failure: string | undefined
  close(): void
}

const CLOSED: Incoming = { line: 'CLOSED', headers: {}, payload: '' }

export function openFrameClient(socketPath: string): FrameClient {
  const incoming: Incoming[] = []
  let bytes = Buffer.alloc(0)
  let onIncoming = (): void => undefined
  const socket = createConnection(socketPath)
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    while (bytes.length >= 4 && bytes.length >= bytes.readUInt32BE(0)) {
      const length = bytes.readUInt32BE(0)
      incoming.push(readFrame(bytes.subarray(0, length)))
      bytes = bytes.subarray(length)
    }
    onIncoming()
  })
  let failure: string | undefined
  // The end of the connection is told by `close`, which follows.
  socket.on('error', (error) => {
    failure = error.message
  })
  let hasEnded = false
  socket.on('close', () => {
    hasEnded = true
    incoming.push(CLOSED)
    onIncoming()
  })
  return {
    connect: (payload, version = '0.1.0') => socket.write(frameOf(4, 0, [[':version', version]], 0, payload)),
    request: (streamId, operation, payload) =>
      socket.write(frameOf(0, 0, [['operation', `aws.greengrass#${operation}`]], streamId, payload)),
    send: ({ type, flags = 0, streamId, payload = '' }) =>
      socket.write(frameOf(type, flags, [], streamId, payload)),
    write: (raw) => socket.write(raw),
    take: async (count, timeoutMs) => {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, timeoutMs)
        onIncoming = () => {
          if (incoming.length < count && !hasEnded) return
          clearTimeout(late)
          resolve()
        }
        onIncoming()
      })
      onIncoming = () => undefined
      return incoming.splice(0, count)
    },
    pause: (isPaused) => void (isPaused ? socket.pause() : socket.resume()),
    get waitingCount() {
      return incoming.length
    },
    get failure() {
      return failure
    },
    close: () => socket.destroy(),
  }
}

function frameOf(
  messageType: number,
  flags: number,
  headers: readonly [string, string][],
  streamId: number,
  payload: string,
): Buffer {
  const write = createFrameWriter({ messageType, flags, headers, protocolHeadersFirst: false })
  return write(streamId, Buffer.from(payload))
}

/** Reads by itself and not with the nucleus's own reader, which is what is looked at here. */
function readFrame(frame: Buffer): Incoming {
  const headersEnd = 12 + frame.readUInt32BE(4)
  const headers: [string, string | number][] = []
  for (let offset = 12; offset < headersEnd; ) {
    const name = frame.toString('latin1', offset + 1, offset + 1 + frame.readUInt8(offset))
    offset += 1 + name.length
    const type = frame.readUInt8(offset++)
    if (type === 4) {
      headers.push([name, frame.readInt32BE(offset)])
      offset += 4
    } else {
      const length = frame.readUInt16BE(offset)
      headers.push([name, frame.toString('utf8', offset + 2, offset + 2 + length)])
      offset += 2 + length
    }
  }
  const payload = frame.toString('utf8', headersEnd, frame.length - 4)
  const spelt = headers.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return {
    line: `[${frame.length}] ${spelt.join(' ')} | ${payload}`,
    headers: Object.fromEntries(headers),
    payload,
  }
}
