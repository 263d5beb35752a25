import { createServer, type Server, type Socket } from 'node:net'
import { createFrameReader } from '../wire/frame-reader.ts'
import { Connection, type ConnectionParts } from './connection.ts'
import { createSocketTransport, type SocketTransport } from './socket-transport.ts'

export interface IpcServer {
  /** Cuts every connection and removes the socket. */
  close(): Promise<void>
  /** Cuts every connection, as a restart of the nucleus does, and goes on listening. */
  cut(): void
}

export type IpcServerParts = Omit<ConnectionParts, 'settle'> & { readonly socketPath: string }

/** Serves the IPC protocol on a Unix socket. @throws when the path cannot be listened on */
export async function startIpcServer(parts: IpcServerParts): Promise<IpcServer> {
  const { flavour, log } = parts
  const clients = new Map<Socket, SocketTransport>()

  const settle = (): Promise<void> | undefined => {
    const behind = [...clients.values()].map((client) => client.settle()).filter((wait) => wait !== undefined)
    return behind.length === 0 ? undefined : Promise.all(behind).then(() => undefined)
  }
  const accept = (socket: Socket): void => {
    if (clients.size >= flavour.connectionsMax) {
      log(`a connection beyond the ${flavour.connectionsMax} that the core takes is closed`)
      socket.destroy()
      return
    }
    const transport = createSocketTransport(socket, log)
    clients.set(socket, transport)
    const connection = new Connection({ ...parts, settle }, transport)
    const reader = createFrameReader(flavour.frameBytesMax)
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) connection.receive(frame)
      } catch (error) {
        log(`connection closed: ${error instanceof Error ? error.message : String(error)}`)
        socket.destroy()
      }
    })
    socket.on('error', (error) => log(`connection lost: ${error.message}`))
    socket.on('close', () => {
      clients.delete(socket)
      connection.closed()
    })
  }
  const cut = (): void => {
    for (const socket of clients.keys()) socket.destroy()
  }

  const server = createServer(accept)
  await listen(server, parts.socketPath)
  return {
    cut,
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
