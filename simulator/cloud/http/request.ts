import type { IncomingMessage } from 'node:http'
import type { SignedRequest } from '../signature/canonical.ts'

/** The request as its sender signed it: path and query untouched. */
export function signedRequestOf(request: IncomingMessage): SignedRequest {
  const target = request.url ?? '/'
  const question = target.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers: headersOf(request),
  }
}

function headersOf(request: IncomingMessage): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) headers[name] = values
  }
  return headers
}

/**
 * The whole body.
 * @returns undefined where it is longer than `bytesMax`
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.byteLength
    if (bytes <= bytesMax) parts.push(part)
  }
  return bytes <= bytesMax ? Buffer.concat(parts) : undefined
}
