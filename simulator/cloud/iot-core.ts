import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Aedes, type AedesPublishPacket } from 'aedes'
import { removeSocket, socketPath } from '../socket/socket-path.ts'
import { openReceiver, type Receiver } from './receiver.ts'

const SOCKET = 'mqtt.sock'

export interface IotCoreOptions {
  /** Holds the broker's socket and what the cloud received; made when missing. */
  readonly directory: string
}

/** IoT Core as gateways see it: an MQTT broker, with the rule that keeps records, and a meter. */
export interface IotCore {
  readonly socketPath: string
  readonly receiver: Receiver
  /** As a service of the cloud, which no meter counts. Resolves when the broker has it. */
  publish(topic: string, payload: string): Promise<void>
  /** As a service of the cloud. @returns ends the subscription */
  subscribe(filter: string, onMessage: (topic: string, payload: Uint8Array) => void): Promise<() => void>
  close(): Promise<void>
}

/** Starts the broker on a Unix domain socket of its own, so that no port is taken. */
export async function startIotCore({ directory }: IotCoreOptions): Promise<IotCore> {
  mkdirSync(directory, { recursive: true })
  const receiver = openReceiver(join(directory, 'received.jsonl'))
  const broker = await Aedes.createBroker({
    // Before the acknowledgement, so that what a gateway believes delivered is on disk here.
    authorizePublish: (_client, { topic, payload }, done) => {
      receiver.accept(topic, typeof payload === 'string' ? Buffer.from(payload) : payload)
      done(null)
    },
  })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    broker.handle(socket)
  })
  // Whoever left one is dead: a running gateway holds the control socket of the same state directory.
  removeSocket(directory, SOCKET)
  const path = socketPath(directory, SOCKET)
  server.listen(path)
  await once(server, 'listening')
  return {
    socketPath: path,
    receiver,
    ...serviceSide(broker),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await Promise.all([closed, new Promise<void>((resolve) => broker.close(resolve))])
      receiver.close()
      removeSocket(directory, SOCKET)
    },
  }
}

function serviceSide(broker: Aedes): Pick<IotCore, 'publish' | 'subscribe'> {
  return {
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false } as const
        broker.publish(packet, (error) => (error ? reject(error) : resolve()))
      }),
    subscribe: (filter, onMessage) =>
      new Promise((resolve) => {
        const deliver = ({ topic, payload }: AedesPublishPacket, done: () => void): void => {
          onMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload)
          done()
        }
        broker.subscribe(filter, deliver, () => resolve(() => broker.unsubscribe(filter, deliver, () => {})))
      }),
  }
}
