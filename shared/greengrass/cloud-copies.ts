import type { Json } from '../bytes/json.ts'
import { BusError } from '../component/bus-error.ts'
import type { CloudCopies } from '../component/host.ts'
import type { IpcSession } from './ipc-session.ts'

/**
 * Shadows by the shadow manager and secrets by the secret manager, which are components of AWS; on a core without
 * them, or without the right, the nucleus refuses.
 */
export function createCloudCopies(session: IpcSession): CloudCopies {
  return {
    thingShadow: async (thing, name) => {
      const resource = name === undefined ? thing : `${thing}/${name}`
      const request = { thingName: thing, ...(name === undefined ? {} : { shadowName: name }) }
      const { payload } = await session.call({ operation: 'GetThingShadow', resource }, (client) =>
        client.getThingShadow(request),
      )
      return JSON.parse(textOf(payload)) as Json
    },
    secret: async (id) => {
      const call = { operation: 'GetSecretValue', resource: id }
      const { secretValue } = await session.call(call, (client) => client.getSecretValue({ secretId: id }))
      if (secretValue?.secretString !== undefined) return secretValue.secretString
      throw new BusError('GENBA_BUS_REFUSED', 'the secret is not a text', { issues: [{ where: id }] })
    },
  }
}

function textOf(payload: string | ArrayBuffer | ArrayBufferView | undefined): string {
  if (payload === undefined) return 'null'
  if (typeof payload === 'string') return payload
  const bytes = ArrayBuffer.isView(payload)
    ? new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength)
    : new Uint8Array(payload)
  return new TextDecoder().decode(bytes)
}
