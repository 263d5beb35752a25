import type { Socket } from 'node:net'
import type { Transport } from './connection.ts'

/** A client that reads nothing for this long is given up: lite's send timeout on its sockets (SO_SNDTIMEO). */
const STALLED_MS_MAX = 5000
/** Beyond this many unread bytes a client has fallen behind, and publishers wait for it. */
const BEHIND_BYTES = 256 * 1024

export interface SocketTransport extends Transport {
  /** Resolves when the client has caught up, or is gone; undefined while it keeps up. */
  settle(): Promise<void> | undefined
}

/**
 * Frames out to one client. What one turn of the loop produces goes out in one system call: answers to a burst of
 * publishes are hundreds of small frames.
 */
export function createSocketTransport(socket: Socket, log: (message: string) => void): SocketTransport {
  let isCorked = false
  let caughtUp: Promise<void> | undefined

  const uncork = (): void => {
    isCorked = false
    socket.uncork()
  }
  const waitForDrain = (): Promise<void> =>
    new Promise((resolve) => {
      let lastWritten = socket.bytesWritten - socket.writableLength
      const watch = setInterval(() => {
        const written = socket.bytesWritten - socket.writableLength
        if (written === lastWritten) {
          log('a client read nothing for five seconds and is given up')
          socket.destroy()
        }
        lastWritten = written
      }, STALLED_MS_MAX)
      const done = (): void => {
        clearInterval(watch)
        socket.off('drain', done)
        socket.off('close', done)
        caughtUp = undefined
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })

  return {
    send: (frame) => {
      if (socket.destroyed || socket.writableEnded) return
      if (!isCorked) {
        isCorked = true
        socket.cork()
        process.nextTick(uncork)
      }
      socket.write(frame)
    },
    close: (reason) => {
      log(`connection closed: ${reason}`)
      socket.end(() => socket.destroy())
    },
    pauseUntil: (settled) => {
      socket.pause()
      void settled.then(() => socket.resume())
    },
    settle: () => {
      if (caughtUp === undefined && socket.writableLength > BEHIND_BYTES && !socket.destroyed) {
        caughtUp = waitForDrain()
      }
      return caughtUp
    },
  }
}
