import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GenbaError } from '../../../shared/errors/genba-error.ts'

export interface HttpServer {
  /** Such as `http://127.0.0.1:9000`. */
  readonly url: string
  /** Ends at once, with what is under way. */
  close(): Promise<void>
}

/** Lines of a request's head together; S3 allows 8 KB of it, with 2 KB of metadata. */
const HEADER_BYTES_MAX = 32 * 1024
/** Longer than a client keeps an idle connection: one that is closed just when it is used again fails for nothing. */
const IDLE_MS_MAX = 120_000

/**
 * Listens on the loopback alone.
 * @param port 0 for one that is free
 * @param answer answers every request itself, also the ones that fail
 * @throws GenbaError `GENBA_CLOUD_PORT` when the port is taken
 */
export async function startHttpServer(
  port: number,
  nowMs: () => number,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpServer> {
  const options = { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: IDLE_MS_MAX }
  const server = createServer(options, (request, response) => {
    // By the service's own clock: the SDK corrects the one it signs with by the time of an answer.
    response.setHeader('date', new Date(nowMs()).toUTCString())
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GenbaError('GENBA_CLOUD_PORT', 'the simulated cloud cannot listen on its port', {
      cause,
      issues: [
        {
          where: `127.0.0.1:${port}`,
          received: cause instanceof Error ? cause.message : String(cause),
          mend: 'choose another port, or 0 for one that is free',
        },
      ],
    })
  }
  const { port: actualPort } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${actualPort}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
